import type { SearchCatalog } from '../database/row-search.js';

const SHEET = { joins: ['sheet'] };
const LIVE = { joins: ['live'] };
const STARTED = `coalesce(e.started_at, l.started_at, l.claimed_at)`;

/** What executions can be searched by. Instants are compared by the millisecond, as they are printed. */
export const EXECUTION_CATALOG = {
  columns: {
    id: { type: 'uuid', sql: 'e.id' },
    number: { type: 'number', sql: 'e.number' },
    state: { type: 'text', sql: 'coalesce(e.state, l.state)', ...LIVE },
    isFromTrigger: { type: 'boolean', sql: 'e.trigger_id IS NOT NULL' },
    jobNumber: { type: 'number', sql: 'j.number', joins: ['job'] },
    jobName: { type: 'text', sql: 'j.name', joins: ['job'] },
    profileNumber: { type: 'number', sql: 'coalesce(s.profile_number, 0)', ...SHEET },
    profileName: { type: 'text', sql: `coalesce(s.profile_name, '')`, ...SHEET },
    deviceNumber: { type: 'number', sql: 'coalesce(s.device_number, 0)', ...SHEET },
    deviceName: { type: 'text', sql: `coalesce(s.device_name, '')`, ...SHEET },
    createdBy: { type: 'text', sql: `coalesce(e.created_by, '')` },
    createdAt: { type: 'instant', sql: `date_trunc('milliseconds', e.created_at)` },
    updatedAt: {
      type: 'instant',
      sql: `date_trunc('milliseconds', coalesce(l.updated_at, e.finished_at, e.created_at))`,
      ...LIVE,
    },
    runAt: { type: 'instant', sql: `date_trunc('milliseconds', coalesce(s.run_at, e.scheduled_for))`, ...SHEET },
    interfaces: { type: 'texts', sql: `coalesce(e.interfaces, '{}')` },
    resultNumber: {
      type: 'number',
      sql: `coalesce(s.result_number, to_char(${STARTED} AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISS')::bigint)`,
      joins: ['sheet', 'live'],
    },
  },
  document: { sql: 's.details', ...SHEET },
} as const satisfies SearchCatalog;
