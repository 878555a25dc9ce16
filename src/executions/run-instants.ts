// Where instants of runs stand that no index of the history may have, for statements that look for runs by them.
import { SHEETLESS } from './searched-sets.js';

/**
 * An instant of runs that most have within a minute of their due instant. `updated`: the end, or of a run that has not ended its last change. `begun`: the second of the start, of runs without a
 * sheet alone.
 */
export type RunInstant = 'created' | 'started' | 'ended' | 'updated' | 'begun';

/** Where the instant stands. */
interface Places {
  readonly ofRun: string;
  /** Runs that have it more than a minute from their due instant, or not at all, as FROM and WHERE clauses of `o`. */
  readonly far: readonly string[];
  readonly ofFar: string;
  /** Of a run that has not ended; null: as of all others. */
  readonly ofLive: string | null;
  /** What it is cut to. */
  readonly unit: 'milliseconds' | 'second';
  /** Only these runs `e` are meant, which an index tells in the order of numbers. */
  readonly only?: string;
}

const MS = 'milliseconds';
const BEGAN = 'coalesce(l.started_at, l.claimed_at)';
const OUTLYING = ['FROM outlying_executions o WHERE o.tenant_id = $1'];
const beyond = (difference: string): string =>
  `FROM executions o WHERE o.tenant_id = $1 AND ${difference} > interval '1 minute'`;

export const INSTANTS: Readonly<Record<RunInstant, Places>> = {
  created: {
    ofRun: 'e.created_at',
    far: [beyond('o.created_at - o.scheduled_for'), beyond('o.scheduled_for - o.created_at')],
    ofFar: 'o.created_at',
    ofLive: null,
    unit: MS,
  },
  started: {
    ofRun: 'e.started_at',
    far: OUTLYING,
    ofFar: 'o.started_at',
    ofLive: BEGAN,
    unit: MS,
  },
  ended: { ofRun: 'e.finished_at', far: OUTLYING, ofFar: 'o.finished_at', ofLive: 'NULL::timestamptz', unit: MS },
  updated: { ofRun: 'e.finished_at', far: OUTLYING, ofFar: 'o.finished_at', ofLive: 'l.updated_at', unit: MS },
  begun: {
    ofRun: 'e.started_at',
    far: [`FROM outlying_executions o JOIN executions e ON e.id = o.id WHERE o.tenant_id = $1 AND ${SHEETLESS}`],
    ofFar: 'o.started_at',
    ofLive: BEGAN,
    unit: 'second',
    only: SHEETLESS,
  },
};

/** Whether a run is of one of the jobs $2; null: of any. */
export const ofJobs = (row: 'e' | 'o' | 'l'): string => `($2::uuid[] IS NULL OR ${row}.job_id = ANY ($2))`;
