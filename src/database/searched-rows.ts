import { DomainError } from '../kernel/domain-error.js';
import { queryTx, rowsOf, type Database } from './database.js';
import type { Statement } from './statement.js';
import { sqlState } from './sql-state.js';

/** Time that a search with regular expressions gets. Plain ones have bounds by their indexes and sizes. */
const PATTERN_MS = 1_500;
const BAD_PATTERN = '2201B';
const CANCELLED = '57014';

/**
 * Rows of a statement that may run regular expressions of the caller: those are stopped after 1.5 s, by the database itself. Throws
 * `invalid_input` for a pattern that is none or takes too long.
 */
export async function searchedRows<Row>(
  database: Database,
  statement: Statement,
  values: readonly unknown[],
  hasPatterns: boolean,
): Promise<Row[]> {
  if (!hasPatterns) return database.query<Row>(statement, values);
  try {
    return await database.transaction(async (tx) => {
      await queryTx(tx, `SELECT set_config('statement_timeout', $1, true)`, [String(PATTERN_MS)]);
      return rowsOf<Row>(await tx.query(statement.text, [...values]));
    });
  } catch (error) {
    throw refusal(error) ?? error;
  }
}

function refusal(cause: unknown): DomainError | null {
  const state = sqlState(cause);
  const message =
    state === BAD_PATTERN
      ? `A regular expression is not valid: ${messageOfPattern(cause)}.`
      : state === CANCELLED
        ? `The regular expressions take longer than ${PATTERN_MS} ms; use simpler ones, or fewer rows.`
        : null;
  return message === null ? null : new DomainError('invalid_input', message, [], { cause });
}

/** PostgreSQL says what is wrong with the pattern and does not repeat it. */
function messageOfPattern(error: unknown): string {
  return (error instanceof Error ? error.message : '').replace(/^invalid regular expression: /, '');
}
