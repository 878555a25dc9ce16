import { statement } from '../../database/statement.js';

/** Tells all workers that what they may take has changed. Index: none, no table is read. */
export const TELL_WORKERS = statement('tell-workers', `SELECT pg_notify('carillon_dispatch', '')`);
