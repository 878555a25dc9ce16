/** One SQL statement. The name makes it a prepared statement on connections that keep their session. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Marks a template as a statement; nothing is interpolated but constants of the same file. */
export function statement(name: string, text: string): Statement {
  return { name, text };
}
