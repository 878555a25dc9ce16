// Counts how often runs become final, past the services: a trigger of the database notes every final state that is written.

/** Asks the database. */
export type Ask = <Row extends Record<string, unknown>>(text: string, values?: unknown[]) => Promise<Row[]>;

/** Begins to note. To be said once per database, by its owner. */
export async function recordEnds(sql: Ask): Promise<void> {
  await sql('CREATE TABLE proof_ends (id uuid NOT NULL, state text)');
  await sql(`CREATE FUNCTION proof_note_end() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN INSERT INTO public.proof_ends VALUES (NEW.id, NEW.state); RETURN NULL; END $$`);
  await sql(`CREATE TRIGGER proof_ends_changed AFTER UPDATE ON executions FOR EACH ROW
               WHEN (OLD.state IS DISTINCT FROM NEW.state OR OLD.finished_at IS DISTINCT FROM NEW.finished_at) EXECUTE FUNCTION proof_note_end()`);
  await sql(
    `CREATE TRIGGER proof_ends_born AFTER INSERT ON executions FOR EACH ROW WHEN (NEW.state IS NOT NULL) EXECUTE FUNCTION proof_note_end()`,
  );
}

/** The runs among `ids` that have not exactly one end, or are still live, with all that was noted of them. */
export function wrongEnds(sql: Ask, ids: readonly string[]): Promise<Record<string, unknown>[]> {
  return sql(
    `SELECT e.id, e.state, e.reason, l.state AS live, ARRAY(SELECT p.state FROM proof_ends p WHERE p.id = e.id) AS ends
       FROM executions e LEFT JOIN live_runs l ON l.id = e.id
      WHERE e.id = ANY ($1) AND (l.id IS NOT NULL OR e.state IS NULL OR e.finished_at IS NULL
         OR ARRAY(SELECT p.state FROM proof_ends p WHERE p.id = e.id) <> ARRAY[e.state])`,
    [ids],
  );
}
