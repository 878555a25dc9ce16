import { Option } from 'commander';
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

/** `--json` */
export const jsonOption = (): Option => new Option('--json', 'print JSON');
