import { OF_AGENT } from './of-agent.js';

/**
 * The condition that the run `l` is the one that the report `r` (id, fence) of agent $1 is about. `ANY` with one element instead of `=`, because that leaves the planner one way, to look up
 * each id in `live_runs_pkey`, whatever it believes of the table: after a vacuum of the empty table it took that for one row for good, walked all runs for each report, and 20,000 ends took 5.6 s
 * instead of 0.7 (PostgreSQL 18.4, 2026-11-22). Index: live_runs_pkey.
 */
export const REPORTED_RUN = `l.id = ANY (ARRAY[r.id]) AND l.fence = r.fence AND ${OF_AGENT}`;
