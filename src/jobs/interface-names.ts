import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, IsArray, Matches } from 'class-validator';

/** Most interfaces of one run. */
export const MOST_INTERFACES = 16;

const INTERFACE_NAME = /^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}$/;

/** Whether a text can be the name of an interface. */
export function isInterfaceName(text: string): boolean {
  return INTERFACE_NAME.test(text);
}

/** What interfaces are, for Swagger. */
export const INTERFACES_HELP =
  'Names of what a run has for itself on its worker: a network port, a device, a licence. Two runs that name the same one never run on the ' +
  'same worker at the same time, whichever jobs and tenants they belong to. Case matters. Copied to each execution when it comes to be.';

/** A list of names of interfaces: at most 16, each of 1 to 64 letters, digits and `_ . : / -`, the first a letter or digit. */
export function AreInterfaceNames(): PropertyDecorator {
  return applyDecorators(
    IsArray(),
    ArrayMaxSize(MOST_INTERFACES),
    Matches(INTERFACE_NAME, {
      each: true,
      message:
        '$property must hold names of 1 to 64 letters, digits, underscores, dots, colons, slashes and hyphens, the first a letter or a digit',
    }),
  );
}
