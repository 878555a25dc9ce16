import { sqlState } from './sql-state.js';

/** The role as which every statement for a tenant acts. It owns nothing and is held by row-level security. One per cluster. */
export const TENANT_ROLE = 'carillon_app';

const INSUFFICIENT_PRIVILEGE = '42501';

/** Runs one statement as the login role. */
export type RunStatement = (text: string, values?: unknown[]) => Promise<unknown>;

interface RoleState {
  login: string;
  exists: boolean;
  isStrong: boolean;
  mayBecome: boolean;
}

/** The role belongs to the cluster, so another database may make it at the same moment: whoever is second finds it made. */
const CREATE = `DO $$ BEGIN
  CREATE ROLE ${TENANT_ROLE} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$`;

/** From PostgreSQL 16 on, a role's maker is its member but may not become it before it is granted again. */
const GRANT = `DO $$ BEGIN
  GRANT ${TENANT_ROLE} TO CURRENT_USER;
EXCEPTION WHEN unique_violation OR internal_error THEN NULL;
END $$`;

/**
 * Makes sure that the role exists, that row-level security holds it, and that the login role may become it. Throws, naming the two
 * statements that an administrator has to run, when the login role may not arrange that itself.
 */
export async function ensureTenantRole(run: RunStatement): Promise<void> {
  let state = await readState(run);
  try {
    if (!state.exists) await run(CREATE);
    state = await readState(run);
    if (!state.mayBecome) await run(GRANT);
    state = await readState(run);
  } catch (error) {
    if (sqlState(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    throw new Error(explainMissing(state.login), { cause: error });
  }
  if (!state.mayBecome) throw new Error(explainMissing(state.login));
  if (state.isStrong) {
    throw new Error(
      `The role ${TENANT_ROLE} is a superuser or has BYPASSRLS, so it would see all tenants. ` +
        `As an administrator run: ALTER ROLE ${TENANT_ROLE} NOSUPERUSER NOBYPASSRLS;`,
    );
  }
}

async function readState(run: RunStatement): Promise<RoleState> {
  const version = (await run(`SELECT current_setting('server_version_num')::int AS n`)) as [{ n: number }];
  const [state] = (await run(
    `SELECT current_user AS login, r.oid IS NOT NULL AS exists, coalesce(r.rolsuper OR r.rolbypassrls, false) AS "isStrong",
            coalesce(pg_has_role(current_user, r.oid, $2), false) AS "mayBecome"
       FROM (SELECT 1) AS one LEFT JOIN pg_roles r ON r.rolname = $1`,
    [TENANT_ROLE, version[0].n >= 160000 ? 'SET' : 'MEMBER'],
  )) as [RoleState];
  return state;
}

/** What to do when the login role may not become the role; also said at the start of an API whose login differs. */
export function explainMissing(login: string): string {
  return (
    `The database login ${JSON.stringify(login)} may not create the role ${TENANT_ROLE} or act as it, and tenants are kept apart by it. ` +
    `As an administrator of the database run: CREATE ROLE ${TENANT_ROLE} NOLOGIN; GRANT ${TENANT_ROLE} TO "${login.replaceAll('"', '""')}"; ` +
    `(leave out the first if the role is there), then start Carillon again. See docs/operations.md.`
  );
}
