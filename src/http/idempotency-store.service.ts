import { Inject, Injectable, Logger } from '@nestjs/common';
import { Database } from '../database/database.js';
import { SystemDatabase } from '../database/system-database.js';
import { DomainError } from '../kernel/domain-error.js';
import { CLAIM_KEY } from './sql/claim-key.js';
import { DELETE_OLD_KEYS } from './sql/delete-old-keys.js';
import { READ_KEY } from './sql/read-key.js';
import { RELEASE_KEY } from './sql/release-key.js';
import { STORE_ANSWER } from './sql/store-answer.js';

/** How long an answer is remembered. */
const KEPT_HOURS = 24;
/** A request without an answer after this time is taken for crashed. */
const CRASHED_SECONDS = 60;
const OLD_KEYS_PER_SWEEP = 500;
const SWEEP_EVERY_MS = 60_000;
/** A key can be released between the claim and the look at it; then the claim is tried again. */
const CLAIM_ATTEMPTS = 3;

/** The request that a key stands for. */
export interface KeyedRequest {
  readonly tenantId: string;
  readonly key: string;
  /** Method and path. */
  readonly operation: string;
  /** Hash of the body. */
  readonly fingerprint: string;
}

/** An answer as it was sent. `body` is the JSON text, so that a replay is equal to the byte; null for an empty body. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** Either the right to run, or the answer that the first request got. */
export type Claim = { readonly token: string } | { readonly answer: StoredAnswer };

interface KeyRow {
  operation: string;
  fingerprint: string;
  status: number | null;
  headers: Record<string, string> | null;
  body: string | null;
}

/** Owns the table of remembered answers. The claim and the answer are statements of their own, outside of the handler's transaction. */
@Injectable()
export class IdempotencyStore {
  private readonly logger = new Logger('Idempotency');
  private nextSweepAtMs = 0;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(SystemDatabase) private readonly system: SystemDatabase,
  ) {}

  /** Throws `idempotency_mismatch` for another operation or body, `idempotency_in_progress` while the first request runs. */
  async claim(request: KeyedRequest): Promise<Claim> {
    this.sweepInPassing();
    for (let attempt = 1; attempt <= CLAIM_ATTEMPTS; attempt++) {
      const claim = await this.claimOnce(request);
      if (claim !== null) return claim;
    }
    throw inProgress(request.key);
  }

  private async claimOnce({ tenantId, key, operation, fingerprint }: KeyedRequest): Promise<Claim | null> {
    const [claimed] = await this.database.query<{ token: string }>(CLAIM_KEY, [
      tenantId,
      key,
      operation,
      fingerprint,
      CRASHED_SECONDS,
      KEPT_HOURS,
    ]);
    if (claimed) return { token: claimed.token };
    const [row] = await this.database.query<KeyRow>(READ_KEY, [tenantId, key]);
    if (!row) return null;
    if (row.operation !== operation) {
      throw new DomainError(
        'idempotency_mismatch',
        `Idempotency-Key ${JSON.stringify(key)} was used for ${row.operation}. Use a new key.`,
      );
    }
    if (row.fingerprint !== fingerprint) {
      throw new DomainError(
        'idempotency_mismatch',
        `Idempotency-Key ${JSON.stringify(key)} was used with another body. Use a new key.`,
      );
    }
    if (row.status === null) throw inProgress(key);
    return { answer: { status: row.status, headers: row.headers ?? {}, body: row.body } };
  }

  /** Remembers the answer for 24 hours, unless the claim was lost in between. */
  async store({ tenantId, key }: KeyedRequest, token: string, answer: StoredAnswer): Promise<void> {
    const body = answer.body === null ? null : JSON.stringify(answer.body);
    await this.database.query(STORE_ANSWER, [
      tenantId,
      key,
      token,
      answer.status,
      JSON.stringify(answer.headers),
      body,
    ]);
  }

  /** Frees the key after a failure, so that the client can try again with it. */
  async release({ tenantId, key }: KeyedRequest, token: string): Promise<void> {
    await this.database.query(RELEASE_KEY, [tenantId, key, token]);
  }

  private sweepInPassing(): void {
    if (Date.now() < this.nextSweepAtMs) return;
    this.nextSweepAtMs = Date.now() + SWEEP_EVERY_MS;
    // Of all tenants: one that sends nothing any more would keep its keys.
    this.system
      .query(DELETE_OLD_KEYS, [KEPT_HOURS, OLD_KEYS_PER_SWEEP])
      .then((deleted) => {
        // A full batch means that there are more: the next request goes on.
        if (deleted.length === OLD_KEYS_PER_SWEEP) this.nextSweepAtMs = 0;
      })
      .catch((error: unknown) => this.logger.warn(`Old idempotency keys were not deleted: ${String(error)}`));
  }
}

function inProgress(key: string): DomainError {
  return new DomainError(
    'idempotency_in_progress',
    `The first request with Idempotency-Key ${JSON.stringify(key)} is still running. Try again shortly.`,
  );
}
