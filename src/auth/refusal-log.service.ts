import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { SystemDatabase } from '../database/system-database.js';
import { TenantsService } from '../tenancy/tenants.service.js';

/** Refusals of one kind are written once at first and then summed up for this long. */
const SUMMED_UP_MS = 60_000;
/** Kinds that are told apart within that time. Beyond them only their number is kept: an attacker must not fill memory or log. */
const MOST_KINDS = 500;

/** A request that was refused. */
export interface Refusal {
  /** Null: refused before a tenant was known. */
  readonly tenantId: string | null;
  readonly actor: string;
  readonly address: string;
  readonly status: number;
  /** Method and route, without ids. */
  readonly route: string;
  /** The existing user whose password was wrong. */
  readonly user: { readonly id: string; readonly name: string } | null;
}

/** Writes refusals to the audit log, summed up: one entry for the first, one a minute later for those that followed. */
@Injectable()
export class RefusalLog implements BeforeApplicationShutdown {
  private readonly logger = new Logger('Refusals');
  private repeats = new Map<string, { refusal: Refusal; count: number }>();
  private overflow = 0;
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();

  constructor(
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(TenantsService) private readonly tenants: TenantsService,
  ) {}

  /** Notes a refusal. Returns at once; what cannot be written goes to the log of the process. */
  note(refusal: Refusal): void {
    const key = JSON.stringify([refusal.tenantId, refusal.actor, refusal.address, refusal.status, refusal.user?.id]);
    const known = this.repeats.get(key);
    if (known) known.count++;
    else if (this.repeats.size >= MOST_KINDS) this.overflow++;
    else {
      this.repeats.set(key, { refusal, count: 0 });
      this.write(refusal, 1);
    }
    this.timer ??= setTimeout(() => this.sumUp(), SUMMED_UP_MS).unref();
  }

  /** Writes what is still held back, while there are connections. */
  async beforeApplicationShutdown(): Promise<void> {
    this.sumUp();
    await this.writing;
  }

  /** Writes out what has been counted. */
  sumUp(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const { repeats, overflow } = this;
    this.repeats = new Map();
    this.overflow = 0;
    for (const { refusal, count } of repeats.values()) if (count > 0) this.write(refusal, count);
    if (overflow > 0) {
      const many = { tenantId: null, actor: 'anonymous', address: 'many', status: 0, route: 'many', user: null };
      this.write(many, overflow);
    }
  }

  /** One after the other, so that a flood takes one connection and no more. */
  private write(refusal: Refusal, count: number): void {
    this.writing = this.writing
      .then(() => this.record(refusal, count))
      .catch((error: unknown) => this.logger.warn(`A refusal was not recorded: ${String(error)}`));
  }

  private async record({ tenantId, actor, address, status, route, user }: Refusal, count: number): Promise<void> {
    const owner = tenantId ?? (await this.tenants.system()).id;
    await this.database.transaction((tx) =>
      this.audit.recordTx(tx, {
        tenantId: owner,
        event: 'request.refused',
        actor,
        subject: user ? { type: 'user', ...user } : { type: 'request', id: route },
        after: { status, route, address, count },
      }),
    );
  }
}
