/** Rows of values turned into one array for each column, as `unnest` takes them. All rows are as long as the first; without rows there are no columns. */
export function columnsOf<Value>(rows: readonly (readonly Value[])[]): Value[][] {
  return (rows[0] ?? []).map((_value, column) => rows.map((row) => row[column] as Value));
}
