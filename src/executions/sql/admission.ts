/** What is known of an occurrence. */
const OCCURRENCE = [
  ...[
    'id',
    'tenant_id',
    'job_id',
    'trigger_id',
    'source',
    'retry_of',
    'scheduled_for',
    'run_at',
    'missed_reason',
    'job_class',
    'args',
  ],
  ...[
    'parameters',
    'interfaces',
    'queue_id',
    'gate_id',
    'group_gate_id',
    'priority',
    'created_by',
    'forced',
    'if_busy',
    'awaited',
  ],
];
const of = (relation: string): string => OCCURRENCE.map((column) => `${relation}.${column}`).join(', ');

/**
 * The tail shared by `fire` and `enqueue`: takes the rows of a CTE `occurrence` (id, tenant_id, job_id, trigger_id, source, retry_of,
 * scheduled_for, run_at, missed_reason, job_class, args, parameters, interfaces, queue_id, gate_id, group_gate_id, priority, created_by,
 * forced, if_busy, awaited), decides under the gates' locks what becomes of each, and writes everything.
 *
 * A run comes to its job's gate first and, let through there, to its group's. `forced` passes the group's; it is counted all the same.
 * `if_busy` (`reject`, `queue`, `skip` or null) stands in the place of both rules. A run that one gate turns away takes no room at either:
 * when the group turns one away, later ones of the same batch and job would have come to the group too, so they get the same answer.
 *
 * The counters are read from the locked gate rows: after waiting for a lock READ COMMITTED sees that row as it is now, which is not
 * true of a count over other rows. Gates are locked in the order of their ids, after triggers and before any live run. A gate that was made
 * after the statement began is invisible to it; who makes the rows of `occurrence` leaves such jobs to the next try.
 *
 * Rows are never joined with themselves by id: what was decided is carried along, and what was written is looked up with `(… IN (…)) IS TRUE`,
 * which the planner hashes. A join it would make a nested loop, because it expects one row of each: for 1,000 rows that was nine tenths of the
 * time of the whole statement (590 of 640 ms, PostgreSQL 18.4, 2026-11-22).
 *
 * Leaves the CTEs `decided` (state `rejected`: nothing is written), `written` (id) and `news`. Without gates `met_job` is empty, and what hangs on it
 * costs nothing. `onConflict` says what is not written because it is there already; each unique index that it names is looked into for each row. Indexes: gates_pkey, executions_once.
 */
export const ADMISSION = (onConflict: string): string => `
  gate AS MATERIALIZED (
    SELECT g.id, g.on_full, g.max_queued - g.queued AS room, g.queue_on_request - g.queued AS room_on_request,
           CASE WHEN g.max_active IS NULL THEN 2147483647 ELSE greatest(g.max_active - g.active, 0) END AS free
      FROM gates g
     WHERE g.id = ANY (ARRAY(
             SELECT o.gate_id FROM occurrence o WHERE o.missed_reason IS NULL AND o.gate_id IS NOT NULL
              UNION SELECT o.group_gate_id FROM occurrence o WHERE o.missed_reason IS NULL AND o.group_gate_id IS NOT NULL))
     ORDER BY g.id
       FOR UPDATE
  ),
  met_job AS MATERIALIZED (
    SELECT m.*, CASE WHEN m.place <= m.free THEN 'through'
                     WHEN m.if_busy = 'reject' THEN 'reject'
                     WHEN m.if_busy = 'skip' THEN 'skip'
                     WHEN m.on_full IN ('cancel_other', 'force_cancel_other') THEN CASE WHEN m.place = m.places THEN 'wait' ELSE 'skip' END
                     WHEN m.place - m.free <= m.room THEN 'wait'
                     WHEN m.if_busy = 'queue' THEN CASE WHEN m.place - m.free <= m.room_on_request THEN 'wait' ELSE 'reject' END
                     ELSE 'skip' END AS says
      FROM (SELECT o.*, g.on_full, g.free, g.room, g.room_on_request,
                   row_number() OVER (PARTITION BY o.gate_id ORDER BY o.scheduled_for, o.id) AS place,
                   count(*) OVER (PARTITION BY o.gate_id) AS places
              FROM occurrence o JOIN gate g ON g.id = o.gate_id
             WHERE o.missed_reason IS NULL) m
  ),
  met_group AS MATERIALIZED (
    SELECT m.*, CASE WHEN m.forced OR m.group_place <= m.group_free THEN 'through'
                     WHEN m.if_busy = 'reject' THEN 'reject'
                     WHEN m.if_busy = 'skip' THEN 'skip'
                     WHEN m.group_place - m.group_free <= m.group_room THEN 'wait'
                     WHEN m.if_busy = 'queue' THEN CASE WHEN m.group_place - m.group_free <= m.group_room_on_request THEN 'wait' ELSE 'reject' END
                     WHEN m.group_on_full = 'reject' AND m.source <> 'trigger' THEN 'reject'
                     ELSE 'skip' END AS group_says
      FROM (SELECT j.*, g.on_full AS group_on_full, coalesce(g.free, 2147483647) AS group_free, g.room AS group_room, g.room_on_request AS group_room_on_request,
                   row_number() OVER (PARTITION BY j.group_gate_id ORDER BY j.scheduled_for, j.id) AS group_place
              FROM met_job j LEFT JOIN gate g ON g.id = j.group_gate_id
             WHERE j.says = 'through' AND j.group_gate_id IS NOT NULL) m
  ),
  turned_away AS (
    SELECT gate_id, min(group_says) AS says FROM met_group WHERE group_says IN ('skip', 'reject') GROUP BY gate_id
  ),
  met AS (
    SELECT * FROM met_group
     UNION ALL
    SELECT j.*, NULL, NULL, NULL, NULL, NULL, NULL FROM met_job j WHERE j.says <> 'through' OR j.group_gate_id IS NULL
  ),
  verdict AS MATERIALIZED (
    SELECT v.*, nextval('live_arrivals') AS arrival
      FROM (SELECT ${of('m')}, m.on_full, r.says, r.says = 'wait' AND m.says = 'wait' AND m.on_full IN ('cancel_other', 'force_cancel_other') AS replaces,
                   CASE WHEN r.says = 'wait' THEN CASE m.says WHEN 'wait' THEN m.gate_id ELSE m.group_gate_id END END AS held_by,
                   CASE WHEN r.says NOT IN ('skip', 'reject') THEN NULL WHEN t.says IS NOT NULL OR m.says = 'through' THEN 'group' ELSE 'job' END AS refused_by
              FROM met m LEFT JOIN turned_away t ON t.gate_id = m.gate_id AND m.says <> 'through'
             CROSS JOIN LATERAL (SELECT CASE m.says WHEN 'through' THEN coalesce(m.group_says, 'through') ELSE coalesce(t.says, m.says) END AS says) r
             ORDER BY m.scheduled_for, m.id) v
  ),
  decided AS (
    SELECT ${of('o')}, NULL::bigint AS arrival, NULL::uuid AS held_by, NULL::text AS refused_by,
           CASE WHEN o.missed_reason IN ('dst_gap', 'dst_overlap') THEN 'skipped' WHEN o.missed_reason IS NOT NULL THEN 'missed'
                WHEN o.run_at > now() THEN 'scheduled' ELSE 'pending' END AS state,
           o.missed_reason AS reason
      FROM occurrence o
     WHERE o.missed_reason IS NOT NULL OR (o.gate_id IN (SELECT id FROM gate)) IS NOT TRUE
     UNION ALL
    SELECT ${of('v')}, v.arrival, v.held_by, v.refused_by,
           CASE v.says WHEN 'wait' THEN 'queued' WHEN 'skip' THEN 'skipped' WHEN 'reject' THEN 'rejected'
                       ELSE CASE WHEN v.run_at > now() THEN 'scheduled' ELSE 'pending' END END,
           CASE WHEN v.says <> 'skip' THEN NULL
                WHEN v.refused_by = 'group' THEN 'group_busy'
                WHEN v.if_busy IS DISTINCT FROM 'skip' AND v.on_full IN ('cancel_other', 'force_cancel_other') THEN 'superseded'
                ELSE 'overlap' END
      FROM verdict v
  ),
  written AS (
    INSERT INTO executions (id, tenant_id, job_id, trigger_id, source, retry_of, scheduled_for, job_class, args, parameters,
                            interfaces, created_by, state, reason, finished_at)
    SELECT d.id, d.tenant_id, d.job_id, d.trigger_id, d.source, d.retry_of, d.scheduled_for, d.job_class, d.args, d.parameters,
           nullif(d.interfaces, '{}'), d.created_by,
           CASE WHEN d.state IN ('missed', 'skipped') THEN d.state END,
           d.reason,
           CASE WHEN d.state IN ('missed', 'skipped') THEN now() END
      FROM decided d
     WHERE d.state <> 'rejected'
        ${onConflict}
    RETURNING id
  ),
  live AS (
    INSERT INTO live_runs (id, tenant_id, job_id, queue_id, gate_id, arrival, held_by, state, priority, run_at, awaited)
    SELECT d.id, d.tenant_id, d.job_id, d.queue_id, d.gate_id, d.arrival, d.held_by, d.state, d.priority, d.run_at, d.awaited
      FROM decided d
     WHERE d.state NOT IN ('missed', 'skipped') AND (d.id IN (SELECT id FROM written)) IS TRUE
    RETURNING id, queue_id, state, run_at
  ),
  counted AS (
    UPDATE gates g SET active = g.active + c.admitted, queued = g.queued + c.held
      FROM (SELECT x.id, count(*) FILTER (WHERE x.passed) AS admitted, count(*) FILTER (WHERE x.waits) AS held
              FROM verdict v CROSS JOIN LATERAL (VALUES
               (v.gate_id, v.held_by IS DISTINCT FROM v.gate_id, v.held_by IS NOT DISTINCT FROM v.gate_id),
               (v.group_gate_id, v.held_by IS NULL, v.held_by IS NOT DISTINCT FROM v.group_gate_id)) x(id, passed, waits)
             WHERE x.id IS NOT NULL AND (v.id IN (SELECT id FROM live)) IS TRUE
             GROUP BY x.id) c
     WHERE g.id = c.id
  ),
  news AS (
    SELECT string_agg(DISTINCT queue_id::text, ',') FILTER (WHERE state = 'pending') AS ready,
           (extract(epoch FROM min(run_at) FILTER (WHERE state = 'scheduled')) * 1000)::bigint::text AS delayed
      FROM live
  )`;
