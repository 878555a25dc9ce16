import { parseId } from '../../kernel/ids.js';
import { AGENT, ENUMS } from './agent-model.js';
import { checkRanges, diskList, enumName, isHostname, isReachableIp, macAddresses, textList } from './agent-values.js';
import { checkAgainst } from './model-check.js';
import { refused } from './pyfarm-refusal.js';
import { reprOf } from './python-repr.js';
import type { Fields } from './request-body.js';

/** What an agent said of itself, ready to be kept; absent: it did not say. */
export interface SaidOfAgent {
  readonly hostname: string | undefined;
  readonly port: number | undefined;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[] | undefined;
}

/** Not kept: our own columns, what the server knows better, and what concerns PyFarm's tasks. */
const NOT_ATTRIBUTES = ['id', 'hostname', 'port', 'tags', 'last_heard_from', 'current_assignments', 'farm_name'];

/** The id that an agent gives itself, dashed. Throws PyFarm's 400. */
export function announcedId(fields: Fields): string {
  const { id } = fields;
  if (id === undefined) throw refused('`id` not provided');
  const parsed = typeof id === 'string' ? parseId(id) : null;
  if (parsed === null) throw refused('`id` must be a UUID');
  return parsed;
}

/** Checks an announcement (`isPartial`: a change) and picks what is to be kept of it. Throws PyFarm's 400. */
export function readAgentFields(fields: Fields, { isPartial }: { readonly isPartial: boolean }): SaidOfAgent {
  checkAgainst(AGENT, fields, { isPartial, disallowed: isPartial ? [] : ['tags'] });
  checkRanges(fields);
  const { hostname, remote_ip: ip, farm_name: farm } = fields as Record<string, string | null | undefined>;
  if (hostname != null && !isHostname(hostname))
    throw refused(`${reprOf(hostname.slice(0, 80))} is not a valid hostname`);
  if (ip != null && !isReachableIp(ip))
    throw refused(
      `${reprOf(ip.slice(0, 80))} is not a usable IPv4 address: loopback, multicast, link-local and reserved ones are not`,
    );
  // This server has no farm name, so an agent may not insist on one.
  if (farm != null && farm !== '') throw refused('Wrong farm name');
  for (const name of ['last_polled', 'last_success_on']) checkInstant(name, fields[name]);
  return {
    hostname: hostname ?? undefined,
    port: fields['port'] as number | undefined,
    attributes: attributesOf(fields),
    tags: fields['tags'] === undefined ? undefined : textList('tags', fields['tags']),
  };
}

function attributesOf(fields: Fields): Record<string, unknown> {
  const kept = Object.entries(fields).filter(([name]) => !NOT_ATTRIBUTES.includes(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, attributeOf(name, value)]));
}

function attributeOf(name: string, value: unknown): unknown {
  if (name in ENUMS) return enumName(name, value);
  if (name === 'gpus') return textList(name, value);
  if (name === 'mac_addresses') return macAddresses(value);
  return name === 'disks' ? diskList(value) : value;
}

function checkInstant(name: string, value: unknown): void {
  if (value == null || (typeof value === 'string' && !Number.isNaN(Date.parse(value)))) return;
  throw refused(`\`${name}\` must be an ISO 8601 instant`);
}
