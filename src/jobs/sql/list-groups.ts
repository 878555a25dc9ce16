import { statement } from '../../database/statement.js';

/**
 * Groups by name with the number of their jobs, those at work and those that wait. $1 tenant, $2 after this name or null, $3 part of the
 * name or null, $4 rows, $5 only this id or null. Index: job_groups_tenant_id_name_key, job_groups_pkey; jobs_by_group and gates_pkey per row.
 */
export const listGroups = statement(
  'list_groups',
  `SELECT g.id, g.number, g.tenant_id AS "tenantId", g.name, g.description, g.attributes, g.max_concurrency AS "maxConcurrency",
          g.when_busy AS "whenBusy", g.max_queued AS "maxQueued", g.gate_id AS "gateId", g.version, g.created_by AS "createdBy",
          g.created_at AS "createdAt", g.updated_at AS "updatedAt",
          (SELECT count(*)::int FROM jobs j WHERE j.group_id = g.id AND j.deleted_at IS NULL) AS jobs,
          e.active, e.queued
     FROM job_groups g LEFT JOIN gates e ON e.id = g.gate_id
    WHERE g.tenant_id = $1 AND ($2::text IS NULL OR g.name > $2) AND ($3::text IS NULL OR strpos(lower(g.name), lower($3)) > 0)
      AND ($5::uuid IS NULL OR g.id = $5)
    ORDER BY g.name LIMIT $4`,
);
