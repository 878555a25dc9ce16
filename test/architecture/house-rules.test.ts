import path from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { ROOT } from './repository.js';
import { inTemporaryTree } from './temporary-tree.js';

interface RuleCase {
  /** Where the bad code stands. */
  readonly file: string;
  /** Each of these is refused. */
  readonly bad: readonly string[];
  /** Each of these, path and code, passes. */
  readonly good: readonly (readonly [file: string, code: string])[];
}

const SERVICE = 'src/jobs/jobs.service.ts';
const TEST = 'test/modules/jobs.test.ts';

const CASES: Record<string, RuleCase> = {
  'no-process-env': {
    file: SERVICE,
    bad: [
      'process.env.PORT;',
      "process['env'];",
      'const { env } = process;',
      "import { env } from 'node:process';",
      'globalThis.process.env;',
    ],
    good: [
      ['src/config/config.ts', 'process.env.PORT;'],
      ['test/support/server.ts', 'process.env;'],
      [SERVICE, 'process.pid;'],
    ],
  },
  'no-console': {
    file: SERVICE,
    bad: ["console.log('x');", "import { log } from 'node:console';"],
    good: [
      ['src/main.ts', "console.log('x');"],
      ['src/cli/list.ts', "console.log('x');"],
      ['test/bench/run.ts', "console.log('x');"],
    ],
  },
  'no-request-scope': {
    file: SERVICE,
    bad: ['@Injectable({ scope: Scope.REQUEST }) class A {}', "import { REQUEST } from '@nestjs/core';"],
    good: [[SERVICE, '@Injectable({ scope: Scope.DEFAULT }) class A {}']],
  },
  'no-forward-ref': {
    file: SERVICE,
    bad: ["import { forwardRef } from '@nestjs/common';"],
    good: [[SERVICE, "import { Inject } from '@nestjs/common';"]],
  },
  'no-module-ref': {
    file: SERVICE,
    bad: ["import { ModuleRef } from '@nestjs/core';"],
    good: [[SERVICE, "import { APP_FILTER } from '@nestjs/core';"]],
  },
  'no-http-exception': {
    file: SERVICE,
    bad: [
      "import { NotFoundException } from '@nestjs/common';",
      "import { HttpException as E } from '@nestjs/common';",
      "throw new HttpException('gone', 410);",
      'class Gone extends HttpException {}',
    ],
    good: [
      [SERVICE, "import { HttpException } from '@nestjs/common';\nerror instanceof HttpException;"],
      [SERVICE, "import type { ExceptionFilter } from '@nestjs/common';"],
    ],
  },
  'no-second-scheduler': {
    file: 'src/scheduler/sweep.service.ts',
    bad: ["import { SchedulerRegistry } from '@nestjs/schedule';", "import { Cron } from '@nestjs/schedule';"],
    good: [
      ['src/scheduler/trigger-registry.ts', "import { SchedulerRegistry } from '@nestjs/schedule';"],
      ['src/scheduler/scheduler.module.ts', "// Owns.\nimport { ScheduleModule } from '@nestjs/schedule';"],
    ],
  },
  'no-synchronize': {
    file: 'src/database/data-source-options.ts',
    bad: [
      'const o = { synchronize: true };',
      'const o = { synchronize: flag };',
      'const o = { dropSchema: true };',
      'source.synchronize();',
    ],
    good: [[SERVICE, 'const o = { synchronize: false };']],
  },
  'no-entity-magic': {
    file: 'src/jobs/job.entity.ts',
    bad: ['const o = { eager: true };', "const o = { cascade: ['insert'] };"],
    good: [
      ['src/jobs/job.entity.ts', 'const o = { eager: false };'],
      [SERVICE, 'const o = { cascade: true };'],
    ],
  },
  'no-focused-or-skipped-test': {
    file: TEST,
    bad: [
      "it.only('x', f);",
      "describe.skip('x', f);",
      "it.concurrent.only('x', f);",
      "it.skip.each([])('x', f);",
      "it('x', { skip: true }, f);",
      "xit('x', f);",
      "it.todo('x');",
    ],
    good: [
      [TEST, "it.skipIf(isRoot)('x', f);"],
      [SERVICE, 'query.skip(10);'],
    ],
  },
  'no-sleep': {
    file: TEST,
    bad: [
      'await new Promise((resolve) => setTimeout(resolve, 50));',
      'await new Promise((resolve) => { setTimeout(resolve, 50); });',
      "import { setTimeout } from 'node:timers/promises';",
    ],
    good: [
      ['test/support/until.ts', "import { setTimeout } from 'node:timers/promises';"],
      [TEST, "await new Promise((_, reject) => { setTimeout(() => reject(new Error('too late')), 50); });"],
    ],
  },
  'file-name': {
    file: 'src/jobs/job-utils.ts',
    bad: [''],
    good: [
      ['src/executions/sql/fire.ts', ''],
      ['src/database/migrations/1763770000000-spine.ts', ''],
      ['src/jobs/database.spec.ts', ''],
    ],
  },
  'no-barrel': {
    file: SERVICE,
    bad: [
      "export * from './job.entity.js';",
      "export { Job } from './job.entity.js';",
      "export type { Job } from './job.entity.js';",
    ],
    good: [[SERVICE, 'const a = 1;\nexport { a };']],
  },
  'module-says-what-it-owns': {
    file: 'src/jobs/jobs.module.ts',
    bad: ['export class JobsModule {}', "import a from 'a';\n// Too late.\n"],
    good: [
      ['src/jobs/jobs.module.ts', '// Owns jobs. Refuses to own runs.\nexport class JobsModule {}'],
      [SERVICE, 'class A {}'],
    ],
  },
  'disable-needs-reason': {
    file: SERVICE,
    bad: [
      '// eslint-disable-next-line no-empty\n{}',
      '// eslint-disable-next-line -- because\n{}',
      '{} // eslint-disable-line no-empty --',
    ],
    good: [[SERVICE, '// eslint-disable-next-line no-empty -- the block is the example\n{}']],
  },
  'document-exports': {
    file: SERVICE,
    bad: [
      'export class A {}',
      'export function f() {}',
      'export interface A {}',
      "export type A = 'a' | 'b';",
      '// Not a doc comment.\nexport class A {}',
      'export default class {}',
      '@D()\nexport class A {}',
    ],
    good: [
      [SERVICE, '/** Jobs. */\nexport class A {}'],
      [SERVICE, '/** Jobs. */\n@D()\nexport class A {}'],
      [SERVICE, "export const STATES = ['a'] as const;\nexport type State = (typeof STATES)[number];"],
      [SERVICE, 'class Hidden {}'],
    ],
  },
};

/** The rules of the house by themselves: code in a string belongs to no project, so the typed rules stay out. */
const linter = new ESLint({
  cwd: ROOT,
  overrideConfigFile: path.join(ROOT, '.config/eslint.config.js'),
  overrideConfig: [
    tseslint.configs.disableTypeChecked,
    { rules: { 'house/injected-types-are-values': 'off' } },
  ] as never,
});

/** The names of the house rules that `code` breaks when it stands in `file`. */
async function brokenRules(file: string, code: string): Promise<string[]> {
  const [result] = await linter.lintText(code, { filePath: path.join(ROOT, file) });
  if (!result) throw new Error(`eslint ignores ${file}`);
  const fatal = result.messages.find((message) => message.fatal);
  if (fatal) throw new Error(`${file}: ${fatal.message}\n${code}`);
  return result.messages.map(({ ruleId }) => ruleId ?? '').filter((id) => id.startsWith('house/'));
}

describe.each(Object.entries(CASES))('house/%s', (rule, { file, bad, good }) => {
  it.each(bad.map((code) => [code]))('refuses %s', async (code) => {
    expect(await brokenRules(file, code)).toContain(`house/${rule}`);
  });

  it.each(good)('in %s allows %s', async (goodFile, code) => {
    expect(await brokenRules(goodFile, code)).not.toContain(`house/${rule}`);
  });
});

describe('house/injected-types-are-values', () => {
  const files = {
    'tsconfig.json': JSON.stringify({
      compilerOptions: {
        module: 'nodenext',
        target: 'es2023',
        experimentalDecorators: true,
        emitDecoratorMetadata: true,
        strict: true,
        types: [],
      },
    }),
    'package.json': '{"type":"module"}',
    'things.ts':
      'export class Dto { name = ""; }\nexport interface Shape { a: number }\nexport function D(): any { return () => undefined; }\n',
    'bad.ts':
      "import { D } from './things.js';\nimport type { Dto } from './things.js';\n@D() export class A { constructor(readonly dto: Dto) {} @D() create(@D() body: Dto) { return body; } }\n",
    'good.ts':
      "import { D, Dto } from './things.js';\nimport type { Shape } from './things.js';\n@D() export class A { constructor(readonly dto: Dto) {} @D() create(@D() body: Shape) { return body; } }\n",
  };

  it('finds the class that Nest could not see, and leaves interfaces alone', async () => {
    const { housePlugin } = (await import(new URL('../../.config/house-rules/plugin.js', import.meta.url).href)) as {
      housePlugin: ESLint.Plugin;
    };
    const lines = await inTemporaryTree(files, async (folder) => {
      const typed = new ESLint({
        cwd: folder,
        overrideConfigFile: true,
        overrideConfig: {
          files: ['**/*.ts'],
          plugins: { house: housePlugin },
          languageOptions: {
            parser: tseslint.parser,
            parserOptions: { project: './tsconfig.json', tsconfigRootDir: folder },
          },
          rules: { 'house/injected-types-are-values': 'error' },
        },
      });
      const results = await typed.lintFiles(['bad.ts', 'good.ts']);
      return results.flatMap(({ filePath, messages }) =>
        messages.map((m) => `${path.basename(filePath)}:${String(m.line)}:${m.ruleId ?? m.message}`),
      );
    });
    expect(lines).toEqual(Array(2).fill('bad.ts:3:house/injected-types-are-values'));
  });

  it('is, with the rules above, every rule of the house', async () => {
    const { housePlugin } = (await import(new URL('../../.config/house-rules/plugin.js', import.meta.url).href)) as {
      housePlugin: ESLint.Plugin;
    };
    expect(Object.keys(housePlugin.rules ?? {}).sort()).toEqual(
      [...Object.keys(CASES), 'injected-types-are-values'].sort(),
    );
  });
});
