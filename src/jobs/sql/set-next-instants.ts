import { statement } from '../../database/statement.js';

/** Gives triggers their next instants from now on; what was before is not accounted for. $1 ids, $2 instants or nulls. Index: triggers_pkey. */
export const setNextInstants = statement(
  'set_next_instants',
  `UPDATE triggers t SET next_fire_at = n.at, armed_at = now(), updated_at = now()
     FROM unnest($1::uuid[], $2::timestamptz[]) AS n(id, at) WHERE t.id = n.id`,
);
