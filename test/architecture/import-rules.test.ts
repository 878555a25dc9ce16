import { beforeAll, describe, expect, it } from 'vitest';
import { brokenImportRules, IMPORT_RULES } from './cruise.js';
import { LAYERS, ROOMS } from './repository.js';
import type { Room } from './repository.js';
import { inTemporaryTree } from './temporary-tree.js';

const TSCONFIG = JSON.stringify({ compilerOptions: { module: 'nodenext', target: 'es2023' } });
/** A run of the tool over the whole tree takes seconds, more on a busy machine. */
const DEADLINE_MS = 120_000;
const TARGET = 'export const target = 1;\n';
const importing = (...specifiers: string[]): string => specifiers.map((from) => `import '${from}';\n`).join('');

/** DESIGN 3, written out a second time: a slip in the list of rooms must not go unnoticed. */
const DESIGN_ORDER =
  'kernel config context | database observability | audit-log | auth tenancy | tags agents | jobs | executions | scheduler dispatch | compat dashboard cli';

function mayImport(from: Room, to: Room): boolean {
  const heightOf = (room: Room): number => LAYERS.findIndex((layer) => layer.includes(room));
  return from === to || (from.only ? from.only.includes(to.name) : heightOf(to) <= heightOf(from));
}

describe('the layering', () => {
  it('is the one of the design', () => {
    const designed = DESIGN_ORDER.split(' | ').map((layer) => layer.split(' '));
    const known = new Set(designed.flat());
    const layers = LAYERS.map((layer) => layer.map(({ name }) => name).filter((name) => known.has(name)));
    expect(layers.filter((layer) => layer.length > 0)).toEqual(designed);
    for (const name of ['calendar', 'runners'])
      expect(ROOMS.find((room) => room.name === name)?.only).toEqual(['kernel']);
    expect(ROOMS.find(({ name }) => name === 'kernel')?.only).toEqual([]);
  });

  it(
    'refuses each import that leads upwards and allows each that does not',
    async () => {
      const files: Record<string, string> = {
        'tsconfig.json': TSCONFIG,
        'package.json': '{}',
        'src/app.module.ts': TARGET,
      };
      const expected: string[] = [];
      for (const from of ROOMS) {
        files[`src/${from.name}/target.ts`] = TARGET;
        files[`src/${from.name}/to-app.ts`] = importing('../app.module.js');
        expected.push(`layer-${from.name}: src/${from.name}/to-app.ts -> src/app.module.ts`);
        for (const to of ROOMS) {
          const file = `src/${from.name}/to-${to.name}.ts`;
          // Types must not climb either.
          files[file] = `import type { target } from '../${to.name}/target.js';\nexport type Target = typeof target;\n`;
          if (!mayImport(from, to)) expected.push(`layer-${from.name}: ${file} -> src/${to.name}/target.ts`);
        }
      }
      const broken = await inTemporaryTree(files, (folder) => brokenImportRules(folder, ['src']));
      expect(broken.filter((line) => line.startsWith('layer-'))).toEqual(expected.sort());
      expect(expected.length).toBeGreaterThan(ROOMS.length * 2);
    },
    DEADLINE_MS,
  );
});

/** What breaks each rule that is not plain layering: the files, and the line that must be reported. */
const VIOLATIONS: Record<string, { files: Record<string, string>; line: string }> = {
  'packages-calendar': {
    files: { 'src/calendar/uses-typeorm.ts': importing('typeorm') },
    line: 'src/calendar/uses-typeorm.ts -> node_modules/typeorm/main.js',
  },
  'packages-runners': {
    files: { 'src/runners/uses-pg.ts': importing('pg') },
    line: 'src/runners/uses-pg.ts -> node_modules/pg/main.js',
  },
  'packages-attempts': {
    files: { 'src/attempts/uses-pg.ts': importing('pg') },
    line: 'src/attempts/uses-pg.ts -> node_modules/pg/main.js',
  },
  'packages-remote-agent': {
    files: { 'src/remote-agent/uses-pg.ts': importing('pg') },
    line: 'src/remote-agent/uses-pg.ts -> node_modules/pg/main.js',
  },
  'dialects-own-no-data': {
    files: {
      'src/compat/cloudify/reads-data.ts': importing('../../database/target.js'),
      'src/database/target.ts': TARGET,
    },
    line: 'src/compat/cloudify/reads-data.ts -> src/database/target.ts',
  },
  'dialects-do-not-schedule': {
    files: {
      'src/compat/cdrouter/dispatches.ts': importing('../../dispatch/target.js'),
      'src/dispatch/target.ts': TARGET,
    },
    line: 'src/compat/cdrouter/dispatches.ts -> src/dispatch/target.ts',
  },
  'dialects-stay-apart': {
    files: {
      'src/compat/pyfarm/leans-on-other.ts': importing('../ndscheduler/target.js'),
      'src/compat/ndscheduler/target.ts': TARGET,
    },
    line: 'src/compat/pyfarm/leans-on-other.ts -> src/compat/ndscheduler/target.ts',
  },
  'no-cycles': {
    files: { 'src/jobs/one.ts': importing('./two.js'), 'src/jobs/two.ts': importing('./one.js') },
    line: 'src/jobs/one.ts -> src/jobs/two.ts',
  },
  'no-room-cycles': {
    files: {
      'src/tags/a.ts': importing('../agents/target.js'),
      'src/tags/target.ts': TARGET,
      'src/agents/a.ts': importing('../tags/target.js'),
      'src/agents/target.ts': TARGET,
    },
    line: 'src/agents -> src/tags',
  },
  'no-orphans': { files: { 'src/jobs/lonely.ts': TARGET }, line: 'src/jobs/lonely.ts -> src/jobs/lonely.ts' },
  'product-never-imports-tests': {
    files: { 'src/jobs/uses-test.ts': importing('../../test/support/target.js'), 'test/support/target.ts': TARGET },
    line: 'src/jobs/uses-test.ts -> test/support/target.ts',
  },
  'no-index': {
    files: { 'src/tags/uses-barrel.ts': importing('./dto/index.js'), 'src/tags/dto/index.ts': TARGET },
    line: 'src/tags/uses-barrel.ts -> src/tags/dto/index.ts',
  },
  'sql-stays-home': {
    files: { 'src/executions/takes-sql.ts': importing('../jobs/sql/lock.js'), 'src/jobs/sql/lock.ts': TARGET },
    line: 'src/executions/takes-sql.ts -> src/jobs/sql/lock.ts',
  },
  'one-user-of-scheduler-registry': {
    files: { 'src/scheduler/sweep.ts': importing('@nestjs/schedule') },
    line: 'src/scheduler/sweep.ts -> node_modules/@nestjs/schedule/main.js',
  },
  'not-to-dev-dependency': {
    files: { 'src/jobs/uses-croner.ts': importing('croner') },
    line: 'src/jobs/uses-croner.ts -> node_modules/croner/main.js',
  },
  'no-undeclared-package': {
    files: { 'src/jobs/uses-fastify.ts': importing('fastify') },
    line: 'src/jobs/uses-fastify.ts -> node_modules/fastify/main.js',
  },
  'no-unresolvable': {
    files: { 'src/jobs/leads-nowhere.ts': importing('./missing.js') },
    line: 'src/jobs/leads-nowhere.ts -> ./missing.js',
  },
};

const PACKAGES = ['typeorm', 'pg', '@nestjs/schedule', 'croner', 'fastify'];

/** A project in which the packages above are installed; `fastify` without being declared, `croner` for development. */
const PROJECT: Record<string, string> = {
  'tsconfig.json': TSCONFIG,
  'package.json': JSON.stringify({
    type: 'module',
    dependencies: { typeorm: '1', pg: '1', '@nestjs/schedule': '1' },
    devDependencies: { croner: '1' },
  }),
  ...Object.fromEntries(
    PACKAGES.flatMap((name) => [
      [`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'main.js' })],
      [`node_modules/${name}/main.js`, 'module.exports = {};\n'],
    ]),
  ),
};

describe('each import rule bites', () => {
  let broken: string[] = [];

  // One tree for all of them: a run of the tool costs more than a second.
  beforeAll(async () => {
    const files = Object.values(VIOLATIONS).map((violation) => violation.files);
    const tree = Object.assign({}, PROJECT, ...files) as Record<string, string>;
    broken = await inTemporaryTree(tree, (folder) => brokenImportRules(folder, ['src', 'test']));
  }, DEADLINE_MS);

  it('has files that break every rule', () => {
    const layering = ROOMS.map(({ name }) => `layer-${name}`);
    expect([...layering, ...Object.keys(VIOLATIONS)].sort()).toEqual([...IMPORT_RULES].sort());
  });

  it.each(Object.entries(VIOLATIONS))('%s', (rule, { line }) => {
    expect(broken).toContain(`${rule}: ${line}`);
  });

  it(
    'lets a sound tree pass',
    async () => {
      const sound = {
        ...PROJECT,
        'ormconfig.ts': importing('./src/database/connection.js'),
        'src/main.ts': importing('./app.module.js'),
        'src/app.module.ts': importing(
          './scheduler/trigger-registry.js',
          './compat/cloudify/controller.js',
          '@nestjs/schedule',
        ),
        'src/scheduler/trigger-registry.ts': importing('@nestjs/schedule', '../jobs/jobs.service.js'),
        'src/compat/cloudify/controller.ts': importing('../dialect.js', '../../jobs/jobs.service.js', './wire.js'),
        'src/compat/cloudify/wire.ts': TARGET,
        'src/compat/dialect.ts': TARGET,
        'src/jobs/jobs.service.ts': importing('./sql/lock.js', '../calendar/next.js', '../kernel/clock.js'),
        'src/jobs/sql/lock.ts': importing('../../database/connection.js'),
        'src/database/connection.ts': importing('pg', 'typeorm', 'node:path'),
        'src/calendar/next.ts': importing('../kernel/clock.js'),
        'src/calendar/next.spec.ts': importing('./next.js', 'croner'),
        'src/kernel/clock.ts': TARGET,
        'test/jobs.test.ts': importing('../src/jobs/jobs.service.js', '../src/jobs/sql/lock.js'),
      };
      expect(
        await inTemporaryTree(sound, (folder) => brokenImportRules(folder, ['src', 'test', 'ormconfig.ts'])),
      ).toEqual([]);
    },
    DEADLINE_MS,
  );
});
