import { statement } from '../../database/statement.js';

/** The database's clock in milliseconds since the epoch. Index: none, no table is read. */
export const databaseClock = statement(
  'database_clock',
  `SELECT extract(epoch FROM clock_timestamp()) * 1000 AS "nowMs"`,
);
