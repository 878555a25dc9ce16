import pg from 'pg';
import { currentPassage, type Passage } from './passage.js';
import { TENANT_ROLE } from './tenant-role.js';
import { WalledQuery, type Prelude } from './walled-query.js';

const END = /^\s*(?:commit|end|rollback|abort)\b/i;
/** `COMMIT AND CHAIN` begins a transaction that nothing has walled. */
const CHAINED = /^\s*(?:commit|end|rollback|abort)\b.*\bchain\b/is;

const ENTER = `SELECT set_config('role', $1, true), set_config('app.tenant_id', $2, true)`;

/**
 * The tenant door: a connection on which every statement, and every transaction from its BEGIN on, acts as `carillon_app` for the
 * tenant of the current request, in the same round trip. Row-level security then hides what is not that tenant's, whatever the
 * statement says. Without a tenant a statement is refused, unless it comes through `SystemDatabase`.
 *
 * Who asks is read when `query` is called. So `pool.query` must not be used: on a busy pool it calls `query` from whoever gave the
 * connection back. Awaiting `pool.connect` first, as TypeORM does, is safe.
 */
export class TenantClient extends pg.Client {
  /** As whom the last statement outside of a transaction passed: when it was a BEGIN, the transaction is theirs. */
  private owner: Passage | null = null;

  // pg's overloads cannot be repeated by one signature; whatever it returns is what pg's own would.
  override query(config: unknown, values?: unknown, callback?: unknown): never {
    if (typeof (config as { submit?: unknown } | null)?.submit === 'function') {
      throw new Error('Cursors and streams cannot pass the tenant door: their statements would act for every tenant.');
    }
    const passage = currentPassage();
    const query = new WalledQuery(config, values, callback, (text) => this.admit(text, passage));
    if (query.callback !== undefined) return super.query(query as unknown as pg.Submittable) as never;
    return new Promise((resolve, reject) => {
      query.callback = (error, result) => (error ? reject(error) : resolve(result));
      super.query(query as unknown as pg.Submittable);
    }) as never;
  }

  private admit(text: string, passage: Passage | null): Prelude | Error {
    const status = this.getTransactionStatus();
    if (status !== 'T' && status !== 'E') return this.enter(text, passage);
    // The settings of its BEGIN hold for the whole transaction, so a statement for somebody else must not join it.
    const { owner } = this;
    if (CHAINED.test(text)) return new Error('A chained transaction would begin outside of the tenant door.');
    if (owner?.kind !== 'tenant' || END.test(text)) return null;
    if (passage?.kind === 'tenant' && passage.tenantId === owner.tenantId) return null;
    return new Error(`This transaction acts for the tenant ${owner.tenantId}; a statement for another cannot join it.`);
  }

  private enter(text: string, passage: Passage | null): Prelude | Error {
    if (passage === null) return new Error(`A statement without a tenant must go through SystemDatabase: ${text}`);
    this.owner = passage;
    return passage.kind === 'system' ? null : { text: ENTER, values: [TENANT_ROLE, passage.tenantId] };
  }
}
