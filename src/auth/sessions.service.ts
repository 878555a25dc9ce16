import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.js';
import type { Principal } from '../context/request-context.js';
import { queryTx, type Tx } from '../database/database.js';
import { SystemDatabase } from '../database/system-database.js';
import { TenantsService } from '../tenancy/tenants.service.js';
import { toPrincipal, type CallerRow } from './caller-columns.js';
import { digestOf, newSecret } from './secret-text.js';
import { DELETE_OLD_SESSIONS } from './sql/delete-old-sessions.js';
import { END_SESSION } from './sql/end-session.js';
import { END_SESSIONS_OF } from './sql/end-sessions-of.js';
import { READ_SESSION } from './sql/read-session.js';
import { START_SESSION } from './sql/start-session.js';

/** Owns the sessions of browsers. Their ids are stored hashed: who reads the database cannot use them. */
@Injectable()
export class SessionsService {
  constructor(
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(TenantsService) private readonly tenants: TenantsService,
    @Inject(CONFIG) private readonly config: Pick<Config, 'sessionMs'>,
  ) {}

  /** How long a session lasts from its sign-in, used or not. */
  get lifeMs(): number {
    return this.config.sessionMs;
  }

  /**
   * Starts a session and returns its id, which is stored nowhere. A new one every time: an id that was planted before the sign-in
   * is worth nothing, and the session that the browser had (`previousId`) ends.
   */
  async start(user: { id: string; name: string }, address: string, previousId: string | null): Promise<string> {
    const id = newSecret();
    const { id: tenantId } = await this.tenants.system();
    await this.database.transaction(async (tx) => {
      await queryTx(tx, DELETE_OLD_SESSIONS);
      if (previousId !== null) await queryTx(tx, END_SESSION, [digestOf(previousId)]);
      await queryTx(tx, START_SESSION, [digestOf(id), user.id, address, this.lifeMs]);
      const subject = { type: 'user', id: user.id, name: user.name };
      await this.audit.recordTx(tx, {
        tenantId,
        event: 'user.signed_in',
        actor: user.name,
        subject,
        after: { address },
      });
    });
    return id;
  }

  /** The user of the session; null when it has ended, was revoked or never was. */
  async find(id: string): Promise<Principal | null> {
    const sessionHash = digestOf(id);
    const [row] = await this.database.query<CallerRow>(READ_SESSION, [sessionHash]);
    return row ? { ...toPrincipal(row), sessionHash } : null;
  }

  /** Ends the session. Does nothing when it has ended already. */
  async end(id: string): Promise<void> {
    const { id: tenantId } = await this.tenants.system();
    await this.database.transaction(async (tx) => {
      const [user] = await queryTx<{ id: string; username: string }>(tx, END_SESSION, [digestOf(id)]);
      if (!user) return;
      const subject = { type: 'user', id: user.id, name: user.username };
      await this.audit.recordTx(tx, { tenantId, event: 'user.signed_out', actor: user.username, subject });
    });
  }

  /** Ends every session of the user except `keptHash`. */
  async endAllTx(tx: Tx, userId: string, keptHash: string | null = null): Promise<void> {
    await queryTx(tx, END_SESSIONS_OF, [userId, keptHash]);
  }
}
