import { statement } from '../../database/statement.js';

/** Tells the workers of all replicas that what they carry changes, if one of them carries this tag. $1 tag. Index: agent_tags_by_tag. */
export const TELL_IF_CARRIED = statement(
  'labels-tell-if-carried',
  `SELECT pg_notify('carillon_labels', '') WHERE EXISTS (
     SELECT 1 FROM agent_tags WHERE tag_id = $1::uuid AND scope <> 'inventory')`,
);
