import { statement } from '../../database/statement.js';

const COLUMNS = `t.id, t.kind, t.spec, t.time_zone AS "timeZone", t.start_at AS "startAt", t.end_at AS "endAt", t.max_runs AS "maxRuns",
       t.run_count AS "runCount", t.jitter_ms AS "jitterMs", t.misfire_policy AS "misfirePolicy", t.misfire_grace_ms::float8 AS "misfireGraceMs",
       t.misfire_cap AS "misfireCap", t.catch_up_window_ms::float8 AS "catchUpWindowMs", t.dst_gap AS "dstGap", t.dst_overlap AS "dstOverlap",
       t.version, t.next_fire_at AS "nextFireAt"`;

/**
 * A page of the triggers that fire before the horizon. $1 horizon in milliseconds, $2 and $3 the last (next_fire_at, id) of the page before,
 * $4 page size. Index: triggers_due (next_fire_at, id) WHERE next_fire_at IS NOT NULL.
 */
export const dueTriggers = statement(
  'due_triggers',
  `SELECT ${COLUMNS}
     FROM triggers t
    WHERE t.next_fire_at <= now() + $1 * interval '1 millisecond' AND (t.next_fire_at, t.id) > ($2::timestamptz, $3::uuid)
    ORDER BY t.next_fire_at, t.id
    LIMIT $4`,
);

/** Triggers by id, as far as they have a next instant. $1 ids. Index: triggers_pkey. */
export const triggersById = statement(
  'triggers_by_id',
  `SELECT ${COLUMNS} FROM triggers t WHERE t.id = ANY ($1::uuid[]) AND t.next_fire_at IS NOT NULL`,
);

/** The database's clock in milliseconds since the epoch. Index: none, no table is read. */
export const databaseClock = statement(
  'database_clock',
  `SELECT extract(epoch FROM clock_timestamp()) * 1000 AS "nowMs"`,
);
