import { expect, it } from 'vitest';
import { filesIn, read } from './repository.js';

/** What is wrong with a file of a `sql/` folder; empty when it exports one statement and speaks of its index. */
function flaws(text: string): string[] {
  const values = [...text.matchAll(/^export (?:async )?(?:const|let|function|class|default)\b/gm)];
  const comments = [...text.matchAll(/\/\*[^]*?\*\/|(?<!:)\/\/.*$/gm)].map(([comment]) => comment).join('\n');
  return [
    ...(values.length === 1 ? [] : [`exports ${values.length} values instead of one statement`]),
    ...(/\bindex/i.test(comments) ? [] : ['no comment names the index it uses, or says why it needs none']),
  ];
}

it('tells a good statement file from a bad one', () => {
  const good =
    "/** Takes pending runs. Index: live_pending_idx. */\nexport const CLAIM = statement('claim', `UPDATE`);\n";
  expect(flaws(good)).toEqual([]);
  expect(flaws(`${good}export interface Row { id: string }\n`)).toEqual([]);
  expect(flaws(`${good}export const MORE = statement('more', 'SELECT 1');\n`)).toHaveLength(1);
  expect(flaws("export const CLAIM = statement('claim', `SELECT 1 -- index`);\n")).toHaveLength(1);
});

it('every file in a sql folder exports one statement and names its index', () => {
  const files = filesIn('src', '.ts').filter((file) => file.includes('/sql/') && !/\.(spec|row)\.ts$/.test(file));
  expect(files.length).toBeGreaterThan(0);
  expect(files.flatMap((file) => flaws(read(file)).map((flaw) => `${file}: ${flaw}`))).toEqual([]);
});
