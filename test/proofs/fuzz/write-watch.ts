// Sees what every statement leaves in the tables, through triggers that only the database of the test has.
import pg from 'pg';

/** Where something was changed; tenant null: in what belongs to none. */
export interface Change {
  readonly tenant: string | null;
  readonly place: string;
}

/**
 * Each changed row is noted with its tenant and the difference that it makes to a checksum of its table, so what is stored and taken
 * away again in one request adds up to nothing.
 */
export class WriteWatch {
  private constructor(private readonly pool: pg.Pool) {}

  /** Puts the triggers on every table there is. To be closed. */
  static async on(databaseUrl: string): Promise<WriteWatch> {
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 4 });
    await pool.query(`
      CREATE SCHEMA fuzz;
      CREATE UNLOGGED TABLE fuzz.writes (tenant uuid, place text NOT NULL, delta numeric NOT NULL);
      CREATE INDEX ON fuzz.writes (tenant);
      CREATE UNLOGGED TABLE fuzz.worlds (tenant uuid PRIMARY KEY);
      CREATE FUNCTION fuzz.note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      DECLARE
        -- That a token was used is noted, whatever comes of the request.
        is_token boolean := TG_TABLE_NAME = 'api_tokens';
        changed record := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
        before numeric := CASE WHEN TG_OP = 'INSERT' THEN 0
          ELSE hashtextextended(CASE WHEN is_token THEN (to_jsonb(OLD) - 'last_used_at')::text ELSE OLD::text END, 0) END;
        after numeric := CASE WHEN TG_OP = 'DELETE' THEN 0
          ELSE hashtextextended(CASE WHEN is_token THEN (to_jsonb(NEW) - 'last_used_at')::text ELSE NEW::text END, 0) END;
        place text := TG_TABLE_NAME;
      BEGIN
        IF TG_TABLE_NAME = 'audit_log' THEN place := place || ' ' || (to_jsonb(changed) ->> 'event'); END IF;
        IF before <> after THEN
          INSERT INTO fuzz.writes
          VALUES ((to_jsonb(changed) ->> CASE place WHEN 'tenants' THEN 'id' ELSE 'tenant_id' END)::uuid, place, after - before);
        END IF;
        RETURN NULL;
      END $$;
      GRANT USAGE ON SCHEMA fuzz TO PUBLIC;
      DO $$
      DECLARE watched text;
      BEGIN
        FOR watched IN SELECT c.oid::regclass FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace LOOP
          EXECUTE format('CREATE TRIGGER zz_fuzz AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION fuzz.note()', watched);
        END LOOP;
      END $$;`);
    return new WriteWatch(pool);
  }

  /** Places (tables; of the audit log, events) that are no longer as they were when this was last asked for those tenants, by tenant. */
  async changesOf(tenantIds: readonly string[]): Promise<Change[]> {
    return this.taken('tenant = ANY ($1::uuid[])', [tenantIds]);
  }

  /** The same for what belongs to no tenant that was named to `isWorld`. */
  async changesBeyondWorlds(): Promise<Change[]> {
    return this.taken('tenant IS NULL OR tenant NOT IN (SELECT w.tenant FROM fuzz.worlds w)', []);
  }

  /** A tenant that is about to come to be has somebody who asks for its changes. */
  async isWorld(tenantId: string): Promise<void> {
    await this.pool.query('INSERT INTO fuzz.worlds VALUES ($1)', [tenantId]);
  }

  private async taken(which: string, values: unknown[]): Promise<Change[]> {
    const { rows } = await this.pool.query<Change>(
      `WITH gone AS (DELETE FROM fuzz.writes WHERE ${which} RETURNING tenant, place, delta)
       SELECT tenant, place FROM gone GROUP BY tenant, place HAVING sum(delta) <> 0 ORDER BY place`,
      values,
    );
    return rows;
  }

  /** Rows of a statement, past the server. */
  async sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(text, values)).rows;
  }

  /** Lets go of the database. The triggers go with it. */
  async close(): Promise<void> {
    await this.pool.end();
  }
}
