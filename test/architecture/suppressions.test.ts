import tseslint from 'typescript-eslint';
import { expect, it } from 'vitest';
import { filesIn, read } from './repository.js';

interface Parsed {
  ast: { comments: { value: string; loc: { start: { line: number } } }[] };
}

/** Directives without the name of a rule. They silence the linter's own complaint about them too, so it stands here. */
function bareSuppressions(file: string, text: string): string[] {
  const { ast } = tseslint.parser.parseForESLint(text) as unknown as Parsed;
  return ast.comments
    .filter(({ value }) => /^\s*(eslint-disable(-next-line|-line)?\s*(--[^]*)?|@ts-nocheck\b[^]*)$/.test(value))
    .map(({ value, loc }) => `${file}:${loc.start.line}: ${value.trim()}`);
}

it('recognises a directive that names no rule', () => {
  expect(bareSuppressions('a.ts', '/* eslint-disable */\n{} // eslint-disable-line -- tired')).toHaveLength(2);
  expect(
    bareSuppressions('a.ts', "// eslint-disable-next-line no-empty -- why\n{}\nf('/* eslint-disable */');"),
  ).toEqual([]);
});

// Reads and parses every file.
it('no file switches the linter off as a whole', { timeout: 120_000 }, () => {
  const files = [...filesIn('src', '.ts'), ...filesIn('test', '.ts')];
  expect(files.flatMap((file) => bareSuppressions(file, read(file)))).toEqual([]);
});
