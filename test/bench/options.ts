import { parseArgs } from 'node:util';

/** What was asked for on the command line. */
export interface BenchOptions {
  readonly parts: readonly string[];
  /** Rounds of each comparison, taken in turns by the competitors. */
  readonly rounds: number;
  /** A competitor that was measured for this long in one discipline gets no further round there. */
  readonly budgetMs: number;
  /** Substrings of the names of competitors; empty: all. */
  readonly only: readonly string[];
  readonly jobs: readonly number[];
  readonly samples: number;
  /** Of one round under load. */
  readonly seconds: number;
  readonly connections: number;
  readonly bulkRows: number;
  readonly dueTriggers: readonly number[];
  readonly idleTriggers: readonly number[];
  readonly historyRows: readonly number[];
  readonly compatRows: readonly number[];
  readonly shellRuns: number;
  /** File that the result is written to, or null for `dist/bench/results/<time>.md`. */
  readonly out: string | null;
  /** Folder for CPU profiles of our servers, or null for none. */
  readonly profile: string | null;
  /** How many of the most expensive statements are printed after each part; 0: none. */
  readonly statements: number;
}

interface Option {
  readonly value: string;
  readonly about: string;
}

const OPTIONS = {
  parts: { value: 'all', about: 'which parts, comma-separated' },
  rounds: { value: '5', about: 'rounds of each comparison; the competitors take turns' },
  budget: { value: '20', about: 'seconds after which a slow competitor gets no further round of a discipline' },
  only: { value: '', about: 'competitors whose names contain one of these words, comma-separated' },
  jobs: { value: '20000', about: 'pending: numbers of jobs, such as 20000,100000' },
  samples: { value: '150', about: 'pickup: single jobs in each round' },
  seconds: { value: '3', about: 'length of a round under load' },
  connections: { value: '32', about: 'enqueue, page: connections, or calls under way at the same time' },
  bulk: { value: '50000', about: 'bulk: rows in each round' },
  due: { value: '1000,10000', about: 'due: triggers that are due in the same second' },
  idle: { value: '100000', about: 'idle: triggers that are not due, such as 100000,1000000' },
  rows: { value: '1000000', about: 'lists, page: executions in the history, such as 1000000,5000000' },
  compat: {
    value: '100000',
    about:
      'compat: executions in the tenant, such as 100000,1000000; up to 100000 in a history of their own and in a shared one',
  },
  shells: { value: '2000', about: 'shell: commands in each round' },
  out: { value: '', about: 'file for the result; default dist/bench/results/<time>.md' },
  statements: {
    value: '',
    about: 'print so many of the most expensive statements of each part (pg_stat_statements)',
  },
  profile: { value: '', about: 'folder for CPU profiles of our servers (they cost some speed)' },
} as const satisfies Record<string, Option>;

type Name = keyof typeof OPTIONS;
const NAMES = Object.keys(OPTIONS) as Name[];

/** The text of `--help`, for parts with these names and descriptions. */
export function helpText(parts: readonly { name: string; about: string }[]): string {
  const line = (name: string, about: string) => `  ${name.padEnd(24)}${about}`;
  return [
    'npm run bench -- [option]...',
    '',
    'Measures Carillon beside its peers on one PostgreSQL. Peers: npm --prefix test/bench install. DATABASE_URL names a',
    'PostgreSQL to use (a superuser; databases carillon_bench_… are made and dropped), else one is started. REDIS_URL',
    'names a Redis, else one is started if redis-server is installed.',
    '',
    ...NAMES.map((name) => line(`--${name} ${OPTIONS[name].value || '…'}`, OPTIONS[name].about)),
    '',
    'Parts:',
    ...parts.map(({ name, about }) => line(name, about)),
    '',
  ].join('\n');
}

const words = (text: string): string[] => text.split(',').filter((word) => word !== '');

/** Reads the arguments; null when help was asked for. Throws an Error that names the argument and what would be right. */
export function readOptions(args: readonly string[], known: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h' },
      ...(Object.fromEntries(NAMES.map((name) => [name, { type: 'string' }])) as Record<Name, { type: 'string' }>),
    },
  });
  if (values.help === true) return null;
  const text = (name: Name): string => values[name] ?? OPTIONS[name].value;
  const numbers = (name: Name): number[] =>
    words(text(name)).map((word) => {
      const number = Number(word);
      if (!Number.isInteger(number) || number < 1)
        throw new Error(`--${name} wants whole numbers from 1, got "${word}".`);
      return number;
    });
  const number = (name: Name): number => {
    const [first, ...rest] = numbers(name);
    if (first === undefined || rest.length > 0) throw new Error(`--${name} wants one number, got "${text(name)}".`);
    return first;
  };
  const parts = text('parts') === 'all' ? known : words(text('parts'));
  const unknown = parts.filter((part) => !known.includes(part));
  if (unknown.length > 0) throw new Error(`--parts wants some of ${known.join(', ')}; got "${unknown.join(',')}".`);
  return {
    parts,
    rounds: number('rounds'),
    budgetMs: number('budget') * 1000,
    only: words(text('only')),
    jobs: numbers('jobs'),
    samples: number('samples'),
    seconds: number('seconds'),
    connections: number('connections'),
    bulkRows: number('bulk'),
    dueTriggers: numbers('due'),
    idleTriggers: numbers('idle'),
    historyRows: numbers('rows'),
    compatRows: numbers('compat'),
    shellRuns: number('shells'),
    out: text('out') || null,
    profile: text('profile') || null,
    statements: text('statements') === '' ? 0 : number('statements'),
  };
}
