import type { ProcessIdentity } from './process-identity.js';

/** A process identity as the one line that lock and user files hold. */
export function nameHolder(identity: ProcessIdentity): string {
  return `${identity.pid}@${identity.born}`;
}

/** The identity in such a line; undefined for anything else, which then counts as dead. */
export function holderOf(text: string): ProcessIdentity | undefined {
  const found = /^(\d+)@(.+)$/s.exec(text);
  return found === null ? undefined : { pid: Number(found[1]), born: found[2] ?? '' };
}
