import { parseArgs } from 'node:util';
import { AGENT_SETTINGS } from '../config/agent-config.js';

/** Options of `carillon-agent` and the setting that each stands for. */
const OPTIONS: Readonly<Record<string, keyof typeof AGENT_SETTINGS>> = {
  url: 'AGENT_URL',
  token: 'AGENT_TOKEN',
  tenant: 'AGENT_TENANT',
  name: 'AGENT_NAME',
  slots: 'AGENT_SLOTS',
  tags: 'AGENT_TAGS',
  'data-dir': 'AGENT_DATA_DIR',
  'job-classes': 'JOBS_DIR',
};

/** What the person at the terminal asked for. */
export type AgentCommand =
  | { readonly kind: 'help' | 'version' }
  | { readonly kind: 'run'; readonly settings: Readonly<Record<string, string>> }
  | { readonly kind: 'misuse'; readonly message: string };

/** Reads the arguments after the program's name. Options become the settings that they stand for. */
export function readAgentCommand(args: readonly string[]): AgentCommand {
  const text = Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, { type: 'string' as const }]));
  const flag = { type: 'boolean' as const };
  try {
    const parsed = parseArgs({ args: [...args], options: { ...text, shared: flag, help: flag, version: flag } });
    const values: Readonly<Record<string, string | boolean | undefined>> = parsed.values;
    if (values['help'] === true) return { kind: 'help' };
    if (values['version'] === true) return { kind: 'version' };
    const settings = Object.entries(OPTIONS).flatMap(([name, setting]) => {
      const value = values[name];
      return typeof value === 'string' ? [[setting, value] as const] : [];
    });
    const shared = values['shared'] === true ? { AGENT_SHARED: 'true' } : {};
    return { kind: 'run', settings: { ...Object.fromEntries(settings), ...shared } };
  } catch (error) {
    return { kind: 'misuse', message: (error as Error).message };
  }
}

/** The text of `carillon-agent --help`. */
export function agentHelpText(): string {
  const optionOf = new Map(Object.entries(OPTIONS).map(([name, setting]) => [setting as string, `--${name}`]));
  optionOf.set('AGENT_SHARED', '--shared');
  const rows = Object.entries(
    AGENT_SETTINGS as unknown as Record<
      string,
      { default?: string | number | boolean | readonly string[]; desc?: string }
    >,
  );
  const lines = rows.map(([name, { default: fallback, desc = '' }]) => {
    const option = optionOf.get(name);
    const value = Array.isArray(fallback) ? fallback.join(',') : String(fallback ?? '');
    return `  ${(option ?? '').padEnd(15)}${name.padEnd(29)}${desc}${value === '' ? '' : ` (default: ${value})`}`;
  });
  return [
    'Runs jobs of a Carillon server on this machine.',
    '',
    'Usage: carillon-agent --url https://carillon.example.org --token crj_… --tags gpu,linux --slots 4',
    '',
    'Options and the environment variables that mean the same (--help, --version):',
    ...lines,
    '',
  ].join('\n');
}
