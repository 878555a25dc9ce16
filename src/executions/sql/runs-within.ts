import { statement, type Statement } from '../../database/statement.js';
import { INSTANTS, ofJobs, type RunInstant } from '../run-instants.js';

const within = (at: string): string =>
  `($3::timestamptz IS NULL OR ${at} >= $3) AND ($4::timestamptz IS NULL OR ${at} < $4)`;
const minute = `interval '1 minute'`;

/**
 * The runs that have an instant in a span. $1 tenant, $2 ids of jobs or null, $3 from and $4 before when, or null; $5 whether those that do not have it are meant too; $6 how many at most. Planned anew for its
 * values. Indexes: executions_by_time, executions_by_job, outlying_by_start, outlying_by_end, executions_late, executions_early, live_by_job.
 */
export function runsWithin(instant: RunInstant): Statement {
  const { ofRun, far, ofFar, ofLive } = INSTANTS[instant];
  const parts = [
    `SELECT e.id FROM executions e WHERE e.tenant_id = $1 AND ${ofJobs('e')} AND ${within(ofRun)}
        AND ($3::timestamptz IS NULL OR e.scheduled_for >= $3::timestamptz - ${minute}) AND ($4::timestamptz IS NULL OR e.scheduled_for < $4::timestamptz + ${minute})`,
    ...far.flatMap((from) => [
      `SELECT o.id ${from} AND ${ofJobs('o')} AND ${within(ofFar)}`,
      `SELECT o.id ${from} AND ${ofJobs('o')} AND $5::boolean AND ${ofFar} IS NULL`,
    ]),
    ...(ofLive === null
      ? []
      : [
          `SELECT l.id FROM live_runs l WHERE l.tenant_id = $1 AND ${ofJobs('l')} AND ((${within(ofLive)}) OR ($5::boolean AND ${ofLive} IS NULL))`,
        ]),
  ];
  return statement('runs_within', `${parts.join('\n UNION ')}\n LIMIT $6::bigint`);
}
