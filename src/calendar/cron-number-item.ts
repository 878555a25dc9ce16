/** The parts of a comma-separated cron field that select numbers: star, value, range, each with an optional step. */

/** The numbers and names that a field takes. */
export interface NumberField {
  /** What messages call the field. */
  label: string;
  min: number;
  /** Highest number that may be written. */
  max: number;
  /** Where `*` and a start without an end (`5/15`) stop; differs from `max` for weekdays, where 7 is Sunday again. */
  last: number;
  /** Names for `min`, `min + 1` and so on, in lower case. */
  names: readonly string[];
  /** Whether a descending range goes round the end (`fri-mon`, `nov-feb`). */
  wraps: boolean;
}

/** Throws the error that belongs to the field being read. */
export type Refuse = (message: string) => never;

/** The comma-separated parts of a field; an empty part is an error. */
export function splitItems(text: string, refuse: Refuse): string[] {
  const items = text.split(',');
  if (items.includes('')) refuse(`${JSON.stringify(text)} has an empty part`);
  return items;
}

const ITEM = /^(?:(\*)|([a-z0-9]+)(?:-([a-z0-9]+))?)(?:\/([a-z0-9]+))?$/i;

/** Number of values between `min` and `last`. */
function size(field: NumberField): number {
  return field.last - field.min + 1;
}

/** The value of a number or name, checked against the bounds of the field. */
export function readValue(text: string, field: NumberField, refuse: Refuse): number {
  const named = field.names.indexOf(text.toLowerCase());
  if (named >= 0) return field.min + named;
  const bounds = `${String(field.min)}-${String(field.max)}`;
  if (!/^\d+$/.test(text)) {
    const names = field.names.length > 0 ? ` and ${String(field.names[0])}-${String(field.names.at(-1))}` : '';
    refuse(`${JSON.stringify(text)} is not a value; ${bounds}${names} are`);
  }
  const value = Number(text);
  if (value < field.min || value > field.max) refuse(`${text} is outside ${bounds}`);
  return value;
}

/** The numbers that one part selects, in no particular order, possibly with repetitions. */
export function readNumberItem(text: string, field: NumberField, refuse: Refuse): number[] {
  const match = ITEM.exec(text);
  if (match === null) return refuse(`${JSON.stringify(text)} is not a value, a range (a-b), a step (a-b/n, */n) or *`);
  const [, star, fromText = '', toText, stepText] = match;
  const step = stepText === undefined ? 1 : readStep(stepText, text, field, refuse);
  const from = star === undefined ? readValue(fromText, field, refuse) : field.min;
  let to = field.last;
  if (toText !== undefined) to = readValue(toText, field, refuse);
  else if (star === undefined && stepText === undefined) to = from;
  if (to < from) to = readEndOfDescent(from, to, text, field, refuse);
  const values: number[] = [];
  for (let value = from; value <= to; value += step) values.push(((value - field.min) % size(field)) + field.min);
  return values;
}

function readStep(stepText: string, text: string, field: NumberField, refuse: Refuse): number {
  const step = /^\d+$/.test(stepText) ? Number(stepText) : 0;
  if (step < 1 || step > size(field))
    refuse(`step ${stepText} in ${JSON.stringify(text)} is outside 1-${String(size(field))}`);
  return step;
}

/** The end of a range that was written high to low: round the end of the field where that makes sense, else an error. */
function readEndOfDescent(from: number, to: number, text: string, field: NumberField, refuse: Refuse): number {
  if (field.wraps) return to + size(field);
  const both = `${String(from)}-${String(field.last)},${String(field.min)}-${String(to)}`;
  return refuse(`range ${JSON.stringify(text)} goes down; write ${both} for a range round the end`);
}
