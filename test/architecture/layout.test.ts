import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { APP_FOLDERS, filesIn, read, ROOMS, ROOT } from './repository.js';

/** The customer fixed the top level; what tools need goes to `.config/` and `.ci/`. */
const TOP_LEVEL = new Set([
  ...['package.json', 'package-lock.json', 'tsconfig.json', 'nest-cli.json', 'ormconfig.ts', 'README.md'],
  ...['src', 'test', 'docs', '.config', '.ci', '.git', '.gitignore'],
]);
const MEDIAN_LINES = 60;

/** What `.gitignore` keeps out of the repository may lie about. */
const isIgnored = (name: string): boolean =>
  read('.gitignore')
    .split('\n')
    .some((line) => line.replace(/\/$/, '') === name || (line.startsWith('*') && name.endsWith(line.slice(1))));

describe('the top level', () => {
  it('holds only what the customer allows', () => {
    const names = readdirSync(ROOT).filter((name) => !TOP_LEVEL.has(name) && !isIgnored(name));
    expect(names).toEqual([]);
  });

  it('has the files that the customer asked for', () => {
    const names = readdirSync(ROOT);
    expect(names).toEqual(
      expect.arrayContaining([
        'package.json',
        'tsconfig.json',
        'nest-cli.json',
        'ormconfig.ts',
        'README.md',
        'src',
        'test',
      ]),
    );
  });

  it('has a README with both commands, and a CI that runs exactly the second', () => {
    const readme = read('README.md');
    expect(readme).toContain('npm ci && npm start');
    expect(readme).toContain('npm ci && npm test');
    const commands = read('.ci/run')
      .split('\n')
      .filter((line) => /\bnpm\b/.test(line) && !line.startsWith('#'));
    expect(commands.map((line) => line.replace(/^\(|\) \|\| status=\$\?$/g, ''))).toEqual(['npm ci && npm test']);
  });
});

describe('src', () => {
  it('has no room that .config/rooms.cjs does not know', () => {
    const known = new Set([...ROOMS.map(({ name }) => name), ...APP_FOLDERS]);
    const folders = readdirSync(path.join(ROOT, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).filter((name) => !known.has(name))).toEqual([]);
  });

  it(`keeps its median file at ${MEDIAN_LINES} lines or fewer`, () => {
    const lengths = filesIn('src', '.ts')
      .filter((file) => !file.includes('/migrations/') && !file.endsWith('.spec.ts'))
      .map((file) => read(file).trimEnd().split('\n').length)
      .sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(MEDIAN_LINES);
  });
});
