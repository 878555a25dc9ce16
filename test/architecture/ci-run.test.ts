import { execFile } from 'node:child_process';
import path from 'node:path';
import { expect, it } from 'vitest';
import { read } from './repository.js';
import { inTemporaryTree } from './temporary-tree.js';

interface Run {
  readonly code: number;
  readonly lines: readonly string[];
}

/** What vitest's JSON reporter writes, as far as the counts go. */
interface Result {
  readonly passed: number;
  readonly failed?: number;
  readonly skipped?: number;
  /** Files that did not load, so that none of their tests is counted. */
  readonly brokenFiles?: number;
}

function resultFile({ passed, failed = 0, skipped = 0, brokenFiles = 0 }: Result): string {
  const withFailures = { status: 'failed', assertionResults: Array<object>(failed).fill({ status: 'failed' }) };
  const broken: object[] = Array<object>(brokenFiles).fill({ status: 'failed', assertionResults: [] });
  return JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: skipped,
    numTodoTests: 0,
    testResults: [
      { status: 'passed', assertionResults: [{ status: 'passed' }] },
      ...(failed > 0 ? [withFailures] : []),
      ...broken,
    ],
  });
}

/** Runs the real `.ci/run` with an `npm` that leaves `result` behind and ends with `exitCode`. */
async function ciRun(result: Result | null, exitCode: number): Promise<Run> {
  const files = {
    '.ci/run': read('.ci/run'),
    'result.json': result ? resultFile(result) : '',
    // A result of an earlier run, which must not be taken for this one's.
    'dist/test-result.json': resultFile({ passed: 999 }),
    'bin/npm': `#!/bin/sh\necho "npm $*"\n[ "$1" = ci ] && exit 0\n${result ? 'cp result.json dist/test-result.json' : ':'}\nexit ${exitCode}\n`,
  };
  return inTemporaryTree(files, (folder) => {
    const PATH = `${folder}/bin:${path.dirname(process.execPath)}:/usr/bin:/bin`;
    const script = 'chmod +x bin/npm && bash .ci/run';
    return new Promise((resolve) => {
      execFile('bash', ['-c', script], { cwd: folder, env: { PATH } }, (error, stdout) => {
        resolve({ code: error ? Number(error.code) : 0, lines: stdout.trimEnd().split('\n') });
      });
    });
  });
}

it.each<[name: string, result: Result | null, npmCode: number, line: string, code: number]>([
  ['all pass', { passed: 12 }, 0, '12 passed, 0 failed', 0],
  ['some are skipped', { passed: 12, skipped: 2 }, 0, '12 passed, 0 failed, 2 skipped', 0],
  ['one fails', { passed: 11, failed: 1 }, 1, '11 passed, 1 failed', 1],
  ['a file does not load', { passed: 11, brokenFiles: 1 }, 1, '11 passed, 1 failed', 1],
  ['the result says failed but npm does not', { passed: 1, failed: 2 }, 0, '1 passed, 2 failed', 1],
  ['a step before the tests fails', null, 7, '0 passed, 0 failed', 7],
  ['zero tests ran', { passed: 0 }, 0, '0 passed, 0 failed', 1],
  ['everything was skipped', { passed: 0, skipped: 3 }, 0, '0 passed, 0 failed, 3 skipped', 1],
])('when %s', async (_name, result, npmCode, line, code) => {
  const run = await ciRun(result, npmCode);
  expect(run.lines.slice(0, 2)).toEqual(['npm ci', 'npm test']);
  expect({ code: run.code, line: run.lines.at(-1) }).toEqual({ code, line });
});
