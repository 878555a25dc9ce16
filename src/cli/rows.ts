import type { Terminal } from './terminal.js';

/** Prints rows as columns for people, or with `json` as one JSON array for programs. */
export function printRows(
  terminal: Terminal,
  rows: readonly Readonly<Record<string, string | boolean | null>>[],
  json: boolean,
): void {
  if (json) return terminal.print(JSON.stringify(rows, null, 2));
  const [first] = rows;
  if (!first) return terminal.say('None.');
  const names = Object.keys(first);
  const cells = [names, ...rows.map((row) => names.map((name) => shown(row[name])))];
  const widths = names.map((_name, column) => Math.max(...cells.map((line) => line[column]?.length ?? 0)));
  for (const line of cells) {
    terminal.print(
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}

function shown(value: string | boolean | null | undefined): string {
  return value === null || value === undefined ? '-' : typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
}
