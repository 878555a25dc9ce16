import { statement } from '../../../database/statement.js';

/** Tells every replica that a backfill wants to be fed. Index: none, no table is read. */
export const tellBackfills = statement('tell_backfills', `SELECT pg_notify('carillon_backfills', '')`);
