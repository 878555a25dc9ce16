import { Command } from 'commander';
import { USERNAME } from '../config/validators.js';
import type { TenantRole } from '../context/request-context.js';
import { jsonOption, MOST_ROWS, passwordOption, roleOption, tenantOption } from './command-options.js';
import { printRows } from './rows.js';
import { readPassword, type Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';
import type { Workplace } from './workplace.js';

interface AddOptions {
  readonly tenant: string;
  readonly role: TenantRole;
  readonly systemAdmin?: true;
  readonly passwordStdin?: true;
}

/** `cli user …` */
export function userCommands(open: () => Promise<Workplace>, terminal: Terminal): Command {
  const user = new Command('user').description('who may sign in');
  user
    .command('add <username>')
    .description('make a user, a member of a tenant')
    .addOption(tenantOption())
    .addOption(roleOption())
    .option('--system-admin', 'may do everything in every tenant')
    .addOption(passwordOption())
    .action(async (username: string, options: AddOptions) => {
      if (!USERNAME.test(username))
        throw new UsageError(`${JSON.stringify(username)} is no user name: 1 to 64 letters, digits and . _ @ + -.`);
      const password = await readPassword(terminal, options.passwordStdin === true);
      const { users, ...place } = await opened(open);
      const isSystemAdmin = options.systemAdmin === true;
      await place.inTenant(options.tenant, () =>
        users.create({ username, password, role: options.role, isSystemAdmin }),
      );
      terminal.say(`Made ${username}, ${isSystemAdmin ? 'system administrator' : options.role} in ${options.tenant}.`);
    });
  user
    .command('list')
    .description('list the members of a tenant, or all users')
    .addOption(tenantOption())
    .option('--all', 'the users of all tenants')
    .addOption(jsonOption())
    .action(async (options: { tenant: string; all?: true; json?: true }) => {
      const { users, inTenant } = await opened(open);
      const filter = { everywhere: options.all === true, after: null, rows: MOST_ROWS };
      const rows = await inTenant(options.tenant, () => users.list(filter));
      const shown = rows.map(({ username, role, isSystemAdmin, disabledAt, createdAt }) => ({
        username,
        role,
        systemAdmin: isSystemAdmin,
        disabled: disabledAt !== null,
        createdAt: createdAt.toISOString(),
      }));
      printRows(terminal, shown, options.json === true);
    });
  for (const [name, disabled] of [
    ['disable', true],
    ['enable', false],
  ] as const) {
    user
      .command(`${name} <username>`)
      .description(disabled ? 'end the sessions and tokens of a user and let them in no more' : 'let a user in again')
      .action(async (username: string) => {
        await change(open, username, { disabled });
        terminal.say(`${username} is ${name}d.`);
      });
  }
  user
    .command('password <username>')
    .description('set a new password; it ends the sessions of the user')
    .addOption(passwordOption())
    .action(async (username: string, options: { passwordStdin?: true }) => {
      await change(open, username, { password: await readPassword(terminal, options.passwordStdin === true) });
      terminal.say(`${username} has a new password.`);
    });
  user
    .command('grant <username>')
    .description('give a user a role in a tenant, or make a system administrator')
    .addOption(tenantOption())
    .addOption(roleOption())
    .option('--system-admin', 'instead of a role: everything in every tenant')
    .action(async (username: string, options: { tenant: string; role: TenantRole; systemAdmin?: true }) => {
      if (options.systemAdmin) await change(open, username, { isSystemAdmin: true });
      else {
        const { users, memberships, inTenant } = await opened(open);
        await inTenant(options.tenant, async () => memberships.put((await users.byName(username)).id, options.role));
      }
      terminal.say(
        `${username} is ${options.systemAdmin ? 'system administrator' : `${options.role} in ${options.tenant}`}.`,
      );
    });
  user
    .command('revoke <username>')
    .description('take a user out of a tenant, or the rights of a system administrator away')
    .addOption(tenantOption())
    .option('--system-admin', 'instead of the membership')
    .action(async (username: string, options: { tenant: string; systemAdmin?: true }) => {
      if (options.systemAdmin) await change(open, username, { isSystemAdmin: false });
      else {
        const { users, memberships, inTenant } = await opened(open);
        await inTenant(options.tenant, async () => memberships.delete((await users.byName(username)).id));
      }
      terminal.say(
        `${username} is ${options.systemAdmin ? 'no system administrator' : `no member of ${options.tenant}`} any more.`,
      );
    });
  return user;
}

async function opened(open: () => Promise<Workplace>): Promise<Pick<Workplace, 'users' | 'memberships' | 'inTenant'>> {
  const place = await open();
  return { users: place.users, memberships: place.memberships, inTenant: (name, work) => place.inTenant(name, work) };
}

/** An account belongs to no tenant; the change is recorded for the installation. */
async function change(
  open: () => Promise<Workplace>,
  username: string,
  changes: Parameters<Workplace['users']['update']>[1],
): Promise<void> {
  const { users, inTenant } = await opened(open);
  await inTenant('system', async () => users.update((await users.byName(username)).id, changes));
}
