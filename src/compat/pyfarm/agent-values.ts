import { ENUMS, RANGES } from './agent-model.js';
import { refused } from './pyfarm-refusal.js';
import { reprOf } from './python-repr.js';
import type { Fields } from './request-body.js';

const HOSTNAME =
  /^(?=.{1,255}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;
const MAC = /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i;

/** Numbers within their range; throws PyFarm's 400 otherwise. */
export function checkRanges(fields: Fields): void {
  for (const [name, [least, most]] of Object.entries(RANGES)) {
    const value = fields[name];
    if (typeof value === 'number' && (value < least || value > most))
      throw refused(`value for \`${name}\` must be between ${least} and ${most}, got ${value}`);
  }
}

/** The name of an enumerated value, which clients also send as its number. Throws PyFarm's 400 for others. */
export function enumName(column: string, value: unknown): string {
  const { first, names } = ENUMS[column] ?? { first: 0, names: [] };
  const name = typeof value === 'number' ? names[value - first] : names.find((one) => one === value);
  if (name !== undefined) return name;
  const shown = typeof value === 'string' ? reprOf(value.slice(0, 80)) : String(value);
  throw refused(
    `value for \`${column}\` must be one of ${names.join(', ')} or ${first} to ${first + names.length - 1}, got ${shown}`,
  );
}

/** Whether an agent can have this name: letters, digits, hyphens and dots. */
export function isHostname(text: string): boolean {
  return HOSTNAME.test(text);
}

/** Whether a machine can be reached at this IPv4 address from another one: no loopback, multicast, link-local or reserved address. */
export function isReachableIp(text: string): boolean {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return false;
  const [a = 0, b = 0, ...rest] = text.split('.').map(Number);
  if ([a, b, ...rest].some((part) => part > 255)) return false;
  return a !== 0 && a !== 127 && a < 224 && !(a === 169 && b === 254);
}

/** The IPv4 address of a peer whose socket may speak IPv6; null where there is none that others could use. */
export function peerIp(address: string): string | null {
  const ip = address.replace(/^::ffff:/i, '');
  return isReachableIp(ip) ? ip : null;
}

/** A list of texts, such as the names of graphics cards. Throws PyFarm's 400. */
export function textList(name: string, value: unknown): string[] {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value;
  throw refused(`\`${name}\` must be a list of strings`);
}

/** Addresses of network cards in lower case; what is none is left out, as the original does. Throws PyFarm's 400 for no list. */
export function macAddresses(value: unknown): string[] {
  return textList('mac_addresses', value)
    .filter((address) => MAC.test(address))
    .map((address) => address.toLowerCase());
}

/** A disk of an agent, sizes in bytes. */
export interface Disk {
  readonly mountpoint: string;
  readonly size: number;
  readonly free: number;
}

/** Disks, without what else they say. Throws PyFarm's 400. */
export function diskList(value: unknown): Disk[] {
  if (!Array.isArray(value) || !value.every(isDisk))
    throw refused('`disks` must be a list of objects with the string `mountpoint` and the integers `size` and `free`');
  return value.map(({ mountpoint, size, free }: Disk) => ({ mountpoint, size, free }));
}

function isDisk(value: unknown): value is Disk {
  if (typeof value !== 'object' || value === null) return false;
  const { mountpoint, size, free } = value as Record<string, unknown>;
  return (
    typeof mountpoint === 'string' && [size, free].every((one) => Number.isSafeInteger(one) && (one as number) >= 0)
  );
}
