import { Command } from 'commander';
import { TENANT_NAME } from '../tenancy/tenants.service.js';
import { jsonOption, maxRunningOption, MOST_ROWS } from './command-options.js';
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
    .command('set <name>')
    .description('change how its runs are placed')
    .addOption(maxRunningOption())
    .option('--dedicated', 'only workers of its own serve it')
    .option('--no-dedicated', 'workers that serve all tenants serve it too')
    .action(async (name: string, { maxRunning, dedicated }: { maxRunning?: number | null; dedicated?: boolean }) => {
      if (maxRunning === undefined && dedicated === undefined)
        throw new UsageError('Say what to change: --max-running, --dedicated or --no-dedicated.');
      const place = await open();
      await place.inTenant('system', async () => {
        const { id } = await place.tenants.byName(name);
        await place.tenants.update(id, { maxRunning, dedicatedAgentsOnly: dedicated });
      });
      terminal.say(`Changed the tenant ${name}.`);
    });
  tenant
    .command('list')
    .description('list all tenants')
    .addOption(jsonOption())
    .action(async (options: { json?: true }) => {
      const place = await open();
      const rows = await place.inTenant('system', () => place.tenants.list(null, MOST_ROWS));
      const shown = rows.map(({ id, name, description, maxRunning, dedicatedAgentsOnly, createdAt }) => ({
        name,
        id,
        maxRunning: maxRunning === null ? null : String(maxRunning),
        dedicated: dedicatedAgentsOnly,
        createdAt: createdAt.toISOString(),
        description,
      }));
      printRows(terminal, shown, options.json === true);
    });
  return tenant;
}
