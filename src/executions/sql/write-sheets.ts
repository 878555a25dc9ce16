import { statement } from '../../database/statement.js';

/**
 * Writes the sheets of runs that the same transaction has made, and tells the runs of them. $1 tenant; per run: $2 id, $3 profile number, $4 profile name, $5 device number, $6 device name, $7 instant
 * or null, $8 details. Index: executions_pkey.
 */
export const writeSheets = statement(
  'write_sheets',
  `WITH told AS (UPDATE executions SET has_sheet = true WHERE id = ANY ($2::uuid[]) AND tenant_id = $1 RETURNING id, number, scheduled_for)
   INSERT INTO run_sheets (execution_id, tenant_id, number, is_late, profile_number, profile_name, device_number, device_name, run_at, due_at, details)
   SELECT u.id, $1, e.number, false, u.profile_number, u.profile_name, u.device_number, u.device_name, u.run_at, coalesce(u.run_at, e.scheduled_for), u.details
     FROM unnest($2::uuid[], $3::bigint[], $4::text[], $5::bigint[], $6::text[], $7::timestamptz[], $8::jsonb[])
            AS u(id, profile_number, profile_name, device_number, device_name, run_at, details)
     JOIN told e ON e.id = u.id`,
);
