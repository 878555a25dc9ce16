import { statement } from '../../database/statement.js';

/**
 * Prepares the next count, in two steps some minutes apart: first the highest number that was given to any execution, then the transactions that may have been given it: those before our own. An execution has
 * its number a moment before its transaction has its own, so the second is not asked for at once. A database that was restored from a dump counts its transactions anew, and
 * what was noted of others is forgotten. $1 whether what was prepared last has been counted. Index: none, these are one row and the last value of a sequence.
 */
export const chooseNextCount = statement(
  'choose_next_count',
  `UPDATE counting_mark m
      SET next_through = CASE WHEN $1 OR m.next_through IS NULL THEN (SELECT s.last_value - CASE WHEN s.is_called THEN 0 ELSE 1 END FROM executions_number_seq s) ELSE m.next_through END,
          next_after = CASE WHEN $1 OR m.next_through IS NULL THEN NULL
                            WHEN m.next_after IS NULL OR m.next_after > pg_current_xact_id()::text::bigint THEN pg_current_xact_id()::text::bigint
                            ELSE m.next_after END`,
);
