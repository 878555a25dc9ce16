import { insertEntry } from '../../audit-log/entry-part.js';
import { statement } from '../../database/statement.js';
import { ASKED_RUNS } from './asked-runs.js';

/**
 * The same as `enqueue` as a transaction of its own, in one round trip, with one audit entry for all. Further: $15 job classes that were found permitted by
 * $16, the patterns of the tenant; of a job of another class, or if the patterns have changed, nothing is made, and one row with the state `unjudged` tells both. $17 to
 * $26: the audit entry, written if any run was.
 * Indexes: as `enqueue`.
 */
export const enqueueAlone = statement(
  'enqueue_alone',
  `${ASKED_RUNS.made('j.job_class = ANY ($15::text[]) AND (SELECT p.forbidden_job_classes = $16::text[] FROM patterns p)')},
  audited AS (
    ${insertEntry(17)} WHERE EXISTS (SELECT 1 FROM written)
  )
  SELECT ${ASKED_RUNS.answer}
   UNION ALL
  (SELECT o.id, 'unjudged', NULL, j.job_class, p.forbidden_job_classes, NULL, NULL, NULL, NULL
     FROM asked o JOIN jobs j ON j.id = o.job_id AND j.tenant_id = $1 AND j.deleted_at IS NULL CROSS JOIN patterns p
    WHERE j.job_class <> ALL ($15::text[]) OR p.forbidden_job_classes <> $16::text[]
    LIMIT 1)`,
);
