import { isIP } from 'node:net';

/** Names that lead to this machine wherever they are resolved. */
const LOOPBACK_NAMES: readonly string[] = ['localhost', 'ip6-localhost', 'ip6-loopback'];

/** True for addresses and names that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return LOOPBACK_NAMES.includes(host.toLowerCase()) || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
