import { Command, Option } from 'commander';
import type { TenantRole } from '../context/request-context.js';
import { parseId } from '../kernel/ids.js';
import { notFound } from '../kernel/domain-error.js';
import { jsonOption, MOST_ROWS, roleOption, tenantOption } from './command-options.js';
import { printRows } from './rows.js';
import type { Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';
import type { Workplace } from './workplace.js';

const DAY_MS = 86_400_000;
const MOST_DAYS = 36_500;

interface CreateOptions {
  readonly tenant: string;
  readonly role: TenantRole;
  readonly expiresInDays?: number;
}

/** `cli token …` */
export function tokenCommands(open: () => Promise<Workplace>, terminal: Terminal): Command {
  const token = new Command('token').description('credentials of programs');
  token
    .command('create <name>')
    .description('make a token; it alone is printed on stdout, this once')
    .addOption(tenantOption())
    .addOption(roleOption())
    .addOption(new Option('--expires-in-days <days>', 'default: it does not expire').argParser(days))
    .action(async (name: string, { tenant, role, expiresInDays }: CreateOptions) => {
      const place = await open();
      const expiresAt = expiresInDays === undefined ? null : new Date(Date.now() + expiresInDays * DAY_MS);
      const { secret } = await place.inTenant(tenant, () => place.tokens.create({ name, role, expiresAt }));
      terminal.say(`Made the token ${name}, ${role} in ${tenant}. It is shown this once:`);
      terminal.print(secret);
    });
  token
    .command('list')
    .description('list the tokens of a tenant')
    .addOption(tenantOption())
    .addOption(jsonOption())
    .action(async (options: { tenant: string; json?: true }) => {
      const place = await open();
      const rows = await place.inTenant(options.tenant, () => place.tokens.list(null, MOST_ROWS));
      const shown = rows.map((row) => ({
        id: row.id,
        name: row.name,
        role: row.role,
        hint: row.hint,
        createdBy: row.createdBy,
        expiresAt: row.expiresAt?.toISOString() ?? null,
        lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
        revoked: row.revokedAt !== null,
      }));
      printRows(terminal, shown, options.json === true);
    });
  token
    .command('revoke <name-or-id>')
    .description('end a token at once')
    .addOption(tenantOption())
    .action(async (wanted: string, { tenant }: { tenant: string }) => {
      const place = await open();
      await place.inTenant(tenant, async () => {
        const id = parseId(wanted);
        const rows = await place.tokens.list(null, MOST_ROWS);
        const found = rows.find((row) => row.id === id || (row.name === wanted && row.revokedAt === null));
        if (!found) throw notFound('token', wanted);
        await place.tokens.revoke(found.id);
      });
      terminal.say(`The token ${wanted} is revoked.`);
    });
  return token;
}

function days(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > MOST_DAYS)
    throw new UsageError(`--expires-in-days ${text}: expected a whole number from 1 to ${MOST_DAYS}.`);
  return value;
}
