import { InvalidArgumentError, Option } from 'commander';
import { ROLES } from '../context/request-context.js';
import { DEFAULT_TENANT } from '../tenancy/tenants.service.js';
import { PASSWORD_VARIABLE } from './terminal.js';

/** Rows that a list on the command line shows at most; longer ones are the API's. */
export const MOST_ROWS = 10_000;

/** `--tenant <name>` */
export const tenantOption = (): Option =>
  new Option('-t, --tenant <name>', 'name of the tenant').default(DEFAULT_TENANT);

/** `--role <role>` */
export const roleOption = (): Option =>
  new Option('-r, --role <role>', 'what it may do').choices([...ROLES]).default('viewer');

/** `--password-stdin` */
export const passwordOption = (): Option =>
  new Option(
    '--password-stdin',
    `take the password from the first line of stdin (else ${PASSWORD_VARIABLE}, else it is asked for)`,
  );

/** `--max-running <n>` */
export const maxRunningOption = (): Option =>
  new Option('--max-running <n>', 'most runs of it at the same time, from 1; none: no limit').argParser((text) => {
    if (text === 'none') return null;
    if (!/^[1-9]\d{0,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1, or none.');
    return Number(text);
  });

/** `--json` */
export const jsonOption = (): Option => new Option('--json', 'print JSON');
