// Callers of a server in which people sign in: every role with every kind of credential, strangers, and those whose credentials are
// worth nothing.
import { randomUUID } from 'node:crypto';
import { ROLES, type TenantRole } from '../../../src/context/request-context.js';
import { call } from '../../http/http-call.js';
import type { TenantWorld } from '../../tenancy/tenant-world.js';
import type { Dice } from './dice.js';
import { HEADER_VALUES } from './hostile-wire.js';
import {
  rightOf,
  senderFor,
  type Caller,
  type HeaderLines,
  type Home,
  type Right,
  type Roles,
  type Sender,
} from './sender.js';
import type { ServedOperation } from './served-operations.js';
import type { WriteWatch } from './write-watch.js';

/** Of the first administrator of the server. */
export const ADMIN = { username: 'admin', password: 'correct: horse battery' } as const;
const PASSWORD = 'staple: épée 1';

/** HTTP Basic. Each name comes from an address of its own, so that wrong passwords of others do not keep it out. */
export function basic(username: string, password: string, address = '192.0.2.1'): HeaderLines {
  const credentials = Buffer.from(`${username}:${password}`).toString('base64');
  return [
    ['Authorization', `Basic ${credentials}`],
    ['X-Forwarded-For', address],
  ];
}

/** As objects for `fetch`. From an address from which nobody sends anything random: wrong passwords in there would keep the administrator out as well. */
export const ADMIN_HEADERS = Object.fromEntries(basic(ADMIN.username, ADMIN.password, '203.0.113.1'));

type Post = (path: string, tenant: string, body: unknown) => Promise<Record<string, unknown>>;

function poster(url: string): Post {
  return async (path, tenant, body) => {
    const answer = await call(url, 'POST', `/api/v2${path}`, { body, headers: { ...ADMIN_HEADERS, tenant } });
    if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
}

const bearer = (token: unknown): HeaderLines => [['Authorization', `Bearer ${String(token)}`]];
const known = (what: string, credentials: HeaderLines, roles: Roles, kind: 'user' | 'token'): Caller => ({
  ...{ what, credentials, mayLapse: false, isPassword: credentials.length > 1 },
  principal: { kind, isSystemAdmin: false, roles },
});
const nobody = (what: string, credentials: HeaderLines, isPassword = false): Caller => ({
  ...{ what, credentials, principal: null, mayLapse: false, isPassword },
});

/** Tokens of each role in a tenant. */
async function tokens(post: Post, tenant: string, whose: string): Promise<Caller[]> {
  const made = ROLES.map(async (role): Promise<Caller> => {
    const { token } = await post('/tokens', tenant, { name: `${whose} ${role}`, role });
    const credentials: HeaderLines = role === 'admin' ? [['Authentication-Token', String(token)]] : bearer(token);
    return known(`${whose} ${role} by token`, credentials, [[tenant, role]], 'token');
  });
  return Promise.all(made);
}

/** A user of a tenant by name and password, and by a session. */
async function user(url: string, post: Post, tenant: string, role: TenantRole): Promise<Caller[]> {
  const username = `u-${randomUUID().slice(0, 8)}`;
  await post('/users', tenant, { username, password: PASSWORD, role });
  const address = `192.0.2.${2 + (Number.parseInt(username.slice(2, 4), 16) % 250)}`;
  const login = await call(url, 'POST', '/api/v2/login', {
    ...{ body: { username, password: PASSWORD }, headers: { 'x-forwarded-for': address } },
  });
  const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
  const roles: Roles = [[tenant, role]];
  return [
    known(`${role} by password`, basic(username, PASSWORD, address), roles, 'user'),
    // Its session ends where it signs out or changes its password.
    { ...known(`${role} by session`, [['Cookie', cookie]], roles, 'user'), mayLapse: true },
  ];
}

/** People who have nothing to do with the worlds of the tests. */
interface Strangers {
  readonly id: string;
  readonly name: string;
  readonly callers: readonly Caller[];
}

async function makeStrangers(url: string, watch: WriteWatch): Promise<Strangers> {
  const [id, name] = [randomUUID(), `strangers-${randomUUID().slice(0, 8)}`];
  await watch.isWorld(id);
  await watch.sql(`INSERT INTO tenants (id, name) VALUES ($1, $2)`, [id, name]);
  return { id, name, callers: await tokens(poster(url), name, 'stranger') };
}

/** Credentials that were good once, or for something else. They end up worth nothing. */
async function outcasts(url: string, watch: WriteWatch, post: Post, tenant: string): Promise<Caller[]> {
  const spent = async (what: string, change: string): Promise<Caller> => {
    const { id, token } = await post('/tokens', tenant, { name: what, role: 'admin' });
    await watch.sql(`UPDATE api_tokens SET ${change} WHERE id = $1`, [id]);
    return nobody(what, bearer(token));
  };
  const [byPassword, bySession] = await user(url, post, tenant, 'admin');
  if (!byPassword || !bySession) throw new Error('There is no user.');
  const [, name = ''] = /^Basic (.*)$/.exec(byPassword.credentials[0]?.[1] ?? '') ?? [];
  const username = Buffer.from(name, 'base64').toString().split(':')[0];
  await watch.sql(`UPDATE users SET disabled_at = now() WHERE username = $1`, [username]);
  return [
    await spent('a revoked token', 'revoked_at = now()'),
    await spent('an expired token', `created_at = now() - interval '2 d', expires_at = now() - interval '1 d'`),
    { ...byPassword, what: 'a disabled user by password', principal: null },
    { ...bySession, what: 'a disabled user by session', principal: null },
  ];
}

/** The people around one tenant. */
export class SignedInHome implements Home {
  private constructor(
    readonly world: TenantWorld,
    readonly strangers: Strangers,
    private readonly members: readonly Caller[],
    private readonly agent: Caller,
    private readonly outcasts: readonly Caller[],
  ) {}

  /** Makes them. The agent of the world is one of them. `strangers` live on from an earlier home. */
  static async around(
    url: string,
    watch: WriteWatch,
    world: TenantWorld,
    strangers: Strangers | null,
  ): Promise<SignedInHome> {
    const post = poster(url);
    const members = [...(await tokens(post, world.name, 'own')), ...(await user(url, post, world.name, 'operator'))];
    const registration = { protocol: 1, name: world.mark, hostname: world.mark, slots: 1, shared: false };
    const { agentId, credential } = await post('/agents', world.name, registration);
    const principal = {
      ...({ kind: 'agent', isSystemAdmin: false, roles: [[world.name, 'viewer']] } as const),
      agent: { kind: 'credential', id: String(agentId), tenantId: world.id } as const,
    };
    const agent: Caller = {
      ...{ what: 'an agent', credentials: bearer(credential), principal, mayLapse: true, isPassword: false },
    };
    return new SignedInHome(
      { ...world, ids: { ...world.ids, agent: String(agentId) } },
      strangers ?? (await makeStrangers(url, watch)),
      ...([members, agent, await outcasts(url, watch, post, world.name)] as const),
    );
  }

  get trusted(): HeaderLines {
    const operator = this.members[ROLES.indexOf('operator')];
    if (!operator) throw new Error('There is no operator.');
    return senderFor(operator, this.world.name).headers;
  }

  sender({ permission }: ServedOperation, dice: Dice, mayLeaveTenant: boolean): Sender {
    const caller = this.caller(permission, dice, mayLeaveTenant);
    if (dice.chance(0.8)) return senderFor(caller, this.world.name);
    if (dice.chance(0.5)) return senderFor(caller, null);
    return senderFor(caller, dice.chance(0.5) ? this.strangers.name : dice.pick(HEADER_VALUES));
  }

  rightOf(sender: Sender, operation: ServedOperation): Right {
    return rightOf(sender, operation, [this.world.name, this.strangers.name, 'default_tenant', 'system']);
  }

  private caller(permission: string | null, dice: Dice, mayLeaveTenant: boolean): Caller {
    if (permission === 'agents:act' && dice.chance(0.6)) return this.agent;
    if (mayLeaveTenant && dice.chance(0.4)) return SYSTEM;
    if (dice.chance(0.7)) return dice.pick(this.members);
    if (dice.chance(0.4)) return dice.pick(this.strangers.callers);
    if (dice.chance(0.15)) return this.agent;
    return dice.chance(0.3) ? dice.pick(this.outcasts) : impostor(dice, this.members);
  }
}

const SYSTEM: Caller = {
  ...{ what: 'a system administrator', credentials: basic(ADMIN.username, ADMIN.password), mayLapse: false },
  ...{ principal: { kind: 'user', isSystemAdmin: true, roles: [['default_tenant', 'admin']] }, isPassword: true },
};

function isBearer({ credentials }: Caller): boolean {
  return credentials[0]?.[1].startsWith('Bearer ') === true;
}

/** Somebody who makes credentials up. */
function impostor(dice: Dice, members: readonly Caller[]): Caller {
  const address = `198.51.${dice.below(256)}.${dice.below(256)}`;
  const [, stolen = ''] = dice.pick(members.filter(isBearer)).credentials[0] ?? [];
  return dice.pick<() => Caller>([
    () => nobody('nobody', []),
    () => nobody('hostile credentials', [['Authorization', dice.pick(HEADER_VALUES)]], true),
    () => nobody('a hostile token', [['Authentication-Token', dice.pick(HEADER_VALUES)]]),
    () => nobody('a hostile cookie', [['Cookie', `carillon_session=${dice.pick(HEADER_VALUES)}`]]),
    () => nobody('a token with a letter more', [['Authorization', `${stolen}x`]], true),
    () => nobody('a token in another case', [['Authorization', stolen.toUpperCase()]], true),
    () => nobody('an agent that nobody knows', bearer(dice.pick(['cra_x', 'crj_x', `cra_${'a'.repeat(43)}`]))),
    () => nobody('a wrong password', basic(ADMIN.username, `wrong ${dice.below(9)}`, address), true),
    () => nobody('a wrong user', basic(dice.pick(['\0', 'system', 'ADMIN', '%', 'a:b']), 'x', address), true),
  ])();
}
