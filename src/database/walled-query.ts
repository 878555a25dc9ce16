import pg from 'pg';

/** What is sent to PostgreSQL ahead of a statement, within the same implicit transaction; null: nothing. */
export type Prelude = { readonly text: string; readonly values: readonly string[] } | null;

/** Decides, at the moment of sending, what goes ahead of a statement. An error refuses it: nothing is sent. */
export type Gatekeeper = (text: string) => Prelude | Error;

/** Messages that pg's connection can send, as far as they are needed here. */
interface Wire {
  parse(message: { text: string; name: string }): void;
  bind(message: {
    portal: string;
    statement: string;
    values: readonly string[];
    binary: boolean;
    valueMapper: (value: unknown) => unknown;
  }): void;
  execute(message: { portal: string; rows: number }): void;
}

type Callback = (error: Error | null, result?: unknown) => void;

/** The inside of `pg.Query` of pg 8.23, which its types do not show. A test fails if a release changes it. */
interface QueryInternals {
  text: string;
  name: string | undefined;
  callback: Callback | undefined;
  submit(wire: Wire): Error | null;
  prepare(wire: Wire): void;
  requiresPreparation(): boolean;
  handleDataRow(message: unknown): void;
  handleCommandComplete(message: unknown, wire: Wire): void;
}

const PgQuery = pg.Query as unknown as new (config: unknown, values?: unknown, callback?: unknown) => QueryInternals;

/**
 * A statement that sends its prelude under the same Sync: one round trip, one implicit transaction, so that settings made with
 * `set_config(…, true)` hold for this statement (or for the transaction that it begins) and for nothing after it, even behind a
 * transaction-pooling PgBouncer. It always uses the extended protocol, which refuses several statements in one text.
 */
export class WalledQuery extends PgQuery {
  private prelude: Prelude = null;
  private isPreludeUnderWay = false;

  constructor(
    config: unknown,
    values: unknown,
    callback: unknown,
    private readonly gatekeeper: Gatekeeper,
  ) {
    super(config, values, callback);
    // Prepared by name it would be lost behind PgBouncer, and the prelude's answer would be taken for the statement's.
    this.name = undefined;
  }

  /** Called by pg when all earlier statements of the connection are answered, so the state of the transaction is known. */
  override submit(wire: Wire): Error | null {
    const decision = this.gatekeeper(this.text);
    if (decision instanceof Error) return decision;
    this.prelude = decision;
    return super.submit(wire);
  }

  override requiresPreparation(): boolean {
    return true;
  }

  override prepare(wire: Wire): void {
    if (this.prelude !== null) {
      this.isPreludeUnderWay = true;
      wire.parse({ text: this.prelude.text, name: '' });
      wire.bind({
        portal: '',
        statement: '',
        values: this.prelude.values,
        binary: false,
        valueMapper: (value) => value,
      });
      wire.execute({ portal: '', rows: 0 });
    }
    super.prepare(wire);
  }

  override handleDataRow(message: unknown): void {
    if (!this.isPreludeUnderWay) super.handleDataRow(message);
  }

  override handleCommandComplete(message: unknown, wire: Wire): void {
    if (this.isPreludeUnderWay) this.isPreludeUnderWay = false;
    else super.handleCommandComplete(message, wire);
  }
}
