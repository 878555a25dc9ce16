import { statement } from '../../database/statement.js';

/** Tells every replica that the next instants of triggers may have changed. $1 ids, comma-separated. Index: none, no table is read. */
export const tellTriggers = statement('tell_triggers', `SELECT pg_notify('carillon_triggers', $1)`);
