import type { CompiledSearch } from '../../database/row-search.js';
import { statement, type Statement } from '../../database/statement.js';

/** Which values have labels that a condition on `u.label` means. $1 values, of which null stands for all others, $2 their labels; the values of the condition follow. Index: none. */
export function labelsMatching({ where }: CompiledSearch): Statement {
  return statement(
    'labels_matching',
    `SELECT u.value FROM unnest($1::text[], $2::text[]) AS u(value, label) WHERE ${where}`,
  );
}
