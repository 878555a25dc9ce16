/** What the scheduler reads of a trigger; needs `triggers t`. Index: none, this is a part of statements. */
export const DUE_TRIGGER_COLUMNS = `t.id, t.kind, t.spec, t.time_zone AS "timeZone", t.start_at AS "startAt", t.end_at AS "endAt", t.max_runs AS "maxRuns",
       t.run_count AS "runCount", t.jitter_ms AS "jitterMs", t.misfire_policy AS "misfirePolicy", t.misfire_grace_ms::float8 AS "misfireGraceMs",
       t.misfire_cap AS "misfireCap", t.catch_up_window_ms::float8 AS "catchUpWindowMs", t.dst_gap AS "dstGap", t.dst_overlap AS "dstOverlap",
       t.version, t.next_fire_at AS "nextFireAt", greatest(t.last_fire_at, t.armed_at) AS "accountedTo",
       t.tenant_id AS "tenantId", t.exclude_calendars AS "excludeCalendars", t.only_calendars AS "onlyCalendars"`;
