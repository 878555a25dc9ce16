import type { PresentAgent } from '../../agents/inventory-agents.service.js';
import { RANGES } from './agent-model.js';
import { isHostname, isReachableIp } from './agent-values.js';
import { aborted } from './pyfarm-refusal.js';
import { reprOf } from './python-repr.js';
import { toListedAgentWire, type ListedAgentWire } from './agent.wire.js';

type Query = Readonly<Record<string, unknown>>;

/** The query parameters of the list of agents. */
export const FILTERS = ['min_ram', 'max_ram', 'min_cpus', 'max_cpus', 'hostname', 'remote_ip', 'port'] as const;

/**
 * The agents that a query asks for, as PyFarm lists them; parameters that it does not know are passed over. A worker of ours says
 * nothing of its memory and matches no bound of it. Throws PyFarm's 400.
 */
export function filterAgents(agents: readonly PresentAgent[], query: Query): ListedAgentWire[] {
  const bound = (name: string): number | null => integer(name, textOf(query, name));
  const [minRam, maxRam, minCpus, maxCpus] = FILTERS.slice(0, 4).map(bound);
  const port = portOf(query);
  const hostname = checked(query, 'hostname', isHostname);
  const ip = checked(query, 'remote_ip', isReachableIp);
  return agents
    .filter(({ attributes, slots }) => {
      const ram = attributes?.['ram'];
      const cpus = attributes === null ? slots : attributes['cpus'];
      return isWithin(ram, minRam, maxRam) && isWithin(cpus, minCpus, maxCpus);
    })
    .map(toListedAgentWire)
    .filter(
      (agent) =>
        (port === null || agent.port === port) &&
        (hostname === null || agent.hostname === hostname) &&
        (ip === null || agent.remote_ip === ip),
    );
}

function isWithin(value: unknown, least: number | null | undefined, most: number | null | undefined): boolean {
  if (least == null && most == null) return true;
  return typeof value === 'number' && (least == null || value >= least) && (most == null || value <= most);
}

/** Of a repeated parameter the first, as Flask does. */
function textOf(query: Query, name: string): string | null {
  const value = query[name];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : null;
}

function integer(name: string, text: string | null): number | null {
  if (text === null) return null;
  const value = /^\s*[+-]?\d{1,15}\s*$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(value))
    throw aborted(
      `Failed to convert the url argument \`${name}\` using [<class 'int'>]: invalid literal for int() with base 10: ${reprOf(text.slice(0, 80))}`,
    );
  return value;
}

function portOf(query: Query): number | null {
  const port = integer('port', textOf(query, 'port'));
  const [least = 0, most = 0] = RANGES['port'] ?? [];
  if (port !== null && (port < least || port > most))
    throw aborted(
      `Failed to convert the url argument \`port\`: value for \`port\` must be between ${least} and ${most}`,
    );
  return port;
}

function checked(query: Query, name: string, isRight: (text: string) => boolean): string | null {
  const text = textOf(query, name);
  if (text !== null && !isRight(text))
    throw aborted(`Failed to convert the url argument \`${name}\`: ${reprOf(text.slice(0, 80))} is not valid`);
  return text;
}
