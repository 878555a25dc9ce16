import { Command } from 'commander';
import { TENANT_NAME } from '../tenancy/tenants.service.js';
import { jsonOption, MOST_ROWS } from './command-options.js';
import { printRows } from './rows.js';
import type { Terminal } from './terminal.js';
import { UsageError } from './usage-error.js';
import type { Workplace } from './workplace.js';

/** `cli tenant …` */
export function tenantCommands(open: () => Promise<Workplace>, terminal: Terminal): Command {
  const tenant = new Command('tenant').description('whose everything is');
  tenant
    .command('add <name>')
    .description('make a tenant')
    .option('-d, --description <text>', 'what it is for', '')
    .action(async (name: string, { description }: { description: string }) => {
      if (!TENANT_NAME.test(name))
        throw new UsageError(`${JSON.stringify(name)} is no tenant name: 1 to 64 letters, digits and _ . -.`);
      const place = await open();
      await place.inTenant('system', () => place.tenants.create({ name, description }));
      terminal.say(`Made the tenant ${name}.`);
    });
  tenant
    .command('list')
    .description('list all tenants')
    .addOption(jsonOption())
    .action(async (options: { json?: true }) => {
      const place = await open();
      const rows = await place.inTenant('system', () => place.tenants.list(null, MOST_ROWS));
      const shown = rows.map(({ id, name, description, createdAt }) => ({
        name,
        id,
        createdAt: createdAt.toISOString(),
        description,
      }));
      printRows(terminal, shown, options.json === true);
    });
  return tenant;
}
