import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { settingRows } from '../../src/config/help.js';
import { filesIn, read, ROOMS, ROOT } from './repository.js';

const PAGES = ['README.md', 'src/README.md', ...filesIn('docs', '.md')];

/** The rows of the first table under the heading `title`, cells without blanks and code marks. */
function tableUnder(page: string, title: string): string[][] {
  const section = read(page).split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
  const [table = ''] = /(?:^\|.*\|\n)+/m.exec(section) ?? [];
  const rows = table.trimEnd().split('\n');
  return rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

/** The text of a page without fenced code, in which brackets and backticks mean something else. */
const prose = (page: string): string => read(page).replace(/^```[^]*?^```/gm, '');

/** The anchors that GitHub makes of the headings of a page. */
function anchorsOf(page: string): string[] {
  return [...prose(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Links within the repository that lead nowhere, as `page: target`. */
function brokenLinks(page: string): string[] {
  const targets = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const isBroken = (target: string): boolean => {
    const [file = '', anchor] = target.split('#');
    const to = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
    if (!existsSync(path.join(ROOT, to))) return true;
    return anchor !== undefined && !anchorsOf(to).includes(anchor);
  };
  return targets.filter((target) => !/^[a-z]+:/.test(target) && isBroken(target)).map((target) => `${page}: ${target}`);
}

describe('README.md', () => {
  it('lists every setting with its default and meaning, and no other', () => {
    const wanted = settingRows().map(({ name, fallback, description }) => [name, fallback, description]);
    expect(tableUnder('README.md', 'Settings')).toEqual(wanted);
  });
});

describe('src/README.md', () => {
  const map = prose('src/README.md');

  it('names only files that exist', () => {
    const mentioned = [...map.matchAll(/`([\w-]+(?:\/[\w.-]+)*\.(?:ts|cjs|mjs))`/g)].map(([, file = '']) => file);
    expect(mentioned.length).toBeGreaterThan(50);
    const missing = mentioned.filter((file) => !['src', '.'].some((base) => existsSync(path.join(ROOT, base, file))));
    expect(missing).toEqual([]);
  });

  it('has every room that exists, and what stands in its table of tables is what the migrations make', () => {
    const rooms = tableUnder('src/README.md', 'Rooms').map(([, room]) => room?.replace('/', ''));
    const existing = ROOMS.map(({ name }) => name).filter((name) => existsSync(path.join(ROOT, 'src', name)));
    expect(new Set(rooms)).toEqual(new Set([...existing, 'bin']));
    const created = filesIn('src/database/migrations', '.ts').flatMap((file) =>
      [...read(file).matchAll(/CREATE TABLE (\w+)/g)].map(([, table]) => table),
    );
    const listed = tableUnder('src/README.md', 'Tables').flatMap(([tables]) => tables?.split(', ') ?? []);
    expect(new Set(listed)).toEqual(new Set(created));
  });
});

it.each(PAGES)('%s has no link that leads nowhere', (page) => {
  expect(brokenLinks(page)).toEqual([]);
});
