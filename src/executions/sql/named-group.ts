/** Part of a list: the id of the group named by $11 or $12 of the tenant $1. Indexes: job_groups_pkey and that of the names. */
export const NAMED_GROUP = `(SELECT g.id FROM job_groups g WHERE g.tenant_id = $1 AND CASE WHEN $11::text IS NULL THEN g.id = $12::uuid ELSE g.name = $11 END)`;
