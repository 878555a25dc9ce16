import { describe, expect, it } from 'vitest';
import { isPermission, mayDo, needsTenant, PERMISSIONS, permissionsOf, type Permission } from './permissions.js';

const user = { isSystemAdmin: false };

describe('permissions', () => {
  it.each([
    ['jobs:read', 'viewer', true],
    ['jobs:write', 'viewer', false],
    ['jobs:run', 'operator', true],
    ['users:manage', 'operator', false],
    ['users:manage', 'admin', true],
    ['tenants:manage', 'admin', false],
    ['jobs:read', null, false],
    ['me:read', null, true],
  ] as const)('%s by %s: %s', (permission, role, allowed) => {
    expect(mayDo(permission, user, role)).toBe(allowed);
  });

  it('each role has all that the one before it has', () => {
    const [viewer, operator, admin] = (['viewer', 'operator', 'admin'] as const).map((role) =>
      permissionsOf(user, role),
    );
    expect(operator).toEqual(expect.arrayContaining(viewer ?? []));
    expect(admin).toEqual(expect.arrayContaining(operator ?? []));
    expect(admin).not.toContain('tenants:manage');
  });

  it('knows its words and no others', () => {
    expect(isPermission('jobs:read')).toBe(true);
    expect(isPermission('jobs:erase')).toBe(false);
    expect(isPermission('constructor')).toBe(false);
    expect(
      ['me:read', 'jobs:read', 'tenants:manage'].filter((word) => isPermission(word) && needsTenant(word)),
    ).toEqual(['jobs:read']);
  });

  it.each(['join', 'credential'] as const)('an agent with its %s may do nothing but what agents do', (kind) => {
    const agent = { isSystemAdmin: false, kind: 'agent', agent: { kind, id: 'a', tenantId: null } } as const;
    const may = Object.keys(PERMISSIONS).filter((word) => mayDo(word as Permission, agent, 'admin'));
    expect(may).toEqual(kind === 'join' ? ['agents:register'] : ['agents:register', 'agents:drain', 'agents:act']);
  });
});
