// What parts hand back, and how it is printed: the same Markdown on the terminal and in the file.
import { figure, median } from './statistics.js';

/** What one competitor reached in one discipline of a part. */
export interface Row {
  /** What was done, with its size, such as `20,000 pending`. Rows with the same text are compared with each other. */
  readonly what: string;
  readonly who: string;
  /** Such as `/s` or `ms`. */
  readonly unit: string;
  /** One figure for each round. */
  readonly values: readonly number[];
  readonly note?: string;
}

/** A goal of issue 8 and what came of it. `isReached` null: this run cannot tell, and `found` says why. */
export interface Goal {
  readonly goal: string;
  readonly found: string;
  readonly isReached: boolean | null;
}

/** All that a part has found. */
export interface PartResult {
  readonly title: string;
  /** What is measured, from when to when. */
  readonly measured: string;
  readonly rows: readonly Row[];
  readonly goals: readonly Goal[];
}

/** The name under which our own figures stand. */
export const OURS = 'Carillon';

/** The median of a row, or NaN when there is none. */
export function medianOf(rows: readonly Row[], what: string, who: string): number {
  return median(rows.find((row) => row.what === what && row.who === who)?.values ?? []);
}

/** A goal of the form "our median is at least `factor` times theirs". Undecided when one of the two was not measured. */
export function atLeast(goal: string, rows: readonly Row[], what: string, who: string, factor: number): Goal {
  const [ours, theirs] = [medianOf(rows, what, OURS), medianOf(rows, what, who)];
  const ratio = ours / theirs;
  if (Number.isNaN(ratio)) return { goal, found: `${who} was not measured`, isReached: null };
  return { goal, found: `${ratio.toFixed(2)} times (${figure(ours)} / ${figure(theirs)})`, isReached: ratio >= factor };
}

/** A goal of the form "this figure is at most `limit`". Undecided without a figure. */
export function atMost(goal: string, value: number, limit: number, unit: string): Goal {
  if (Number.isNaN(value)) return { goal, found: 'not measured', isReached: null };
  return { goal, found: `${figure(value)} ${unit}`, isReached: value <= limit };
}

/** One part as Markdown. */
export function printed({ title, measured, rows, goals }: PartResult): string {
  const lines = [`## ${title}`, '', measured, ''];
  lines.push('| what | who | median | least – most | rounds | |', '|---|---|---:|---:|---:|---|');
  for (const row of rows) {
    const spread = `${figure(Math.min(...row.values))} – ${figure(Math.max(...row.values))}`;
    const middle = `${figure(median(row.values))} ${row.unit}`;
    lines.push(`| ${row.what} | ${row.who} | ${middle} | ${spread} | ${row.values.length} | ${row.note ?? ''} |`);
  }
  lines.push('');
  for (const { goal, found, isReached } of goals) {
    const word = isReached === null ? 'undecided' : isReached ? 'reached' : '**not reached**';
    lines.push(`- ${goal}: ${word}; ${found}`);
  }
  if (goals.length > 0) lines.push('');
  return lines.join('\n');
}
