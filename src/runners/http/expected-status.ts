/** Which HTTP statuses count as success. Pure. */
import { InvalidArguments } from '../invalid-arguments.js';

const RANGE = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/;

/** Statuses that count as success. */
export interface ExpectedStatus {
  includes(status: number): boolean;
  /** For messages. */
  text: string;
}

/** Reads numbers and ranges such as `[204, "200-299"]`, or one of them alone. Nothing means 200-299. */
export function expectedStatus(value: unknown): ExpectedStatus {
  const entries: unknown[] =
    value === undefined || value === null ? ['200-299'] : Array.isArray(value) ? value : [value];
  const ranges = entries.map(range);
  if (ranges.length === 0) throw refused(value);
  return {
    includes: (status) => ranges.some(([from, to]) => from <= status && status <= to),
    text: entries.join(', '),
  };
}

function range(entry: unknown): [from: number, to: number] {
  const match = RANGE.exec(String(entry));
  if (!match) throw refused(entry);
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  if (to < from) throw refused(entry);
  return [from, to];
}

function refused(value: unknown): InvalidArguments {
  return new InvalidArguments(
    `The parameter expectedStatus of http must hold statuses such as 204 or ranges such as "200-299", not ${JSON.stringify(value)}.`,
  );
}
