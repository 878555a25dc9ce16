/**
 * `npm test`: every check of the house, in order, two at a time where they do not need one another, stopping at the first
 * that fails. Plain Node, so that it runs before anything is built. `npm test -- --help` lists the steps.
 */
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
/** What `.ci/run` reads its closing line from. Written by vitest, removed before each run so that it is never stale. */
const TEST_RESULT = 'dist/test-result.json';
const AT_ONCE = 2;

/** A tool of node_modules, started without npx, which would cost a second and may ask the network. */
const tool = (script, ...args) => [`node_modules/${script}`, ...args];

/** @typedef {{ name: string, about: string, needs: string[], run: string[], alone?: boolean }} Step */

/** @returns {Step[]} in the order in which they start; `needs` must pass first, `alone` means with nothing beside it. */
function allSteps(testArguments) {
  const checks = [
    {
      name: 'format',
      about: 'every file is formatted (npm run format repairs it)',
      needs: [],
      run: tool(
        'prettier/bin/prettier.cjs',
        '--config',
        '.config/prettier.json',
        '--ignore-path',
        '.config/.prettierignore',
        '--check',
        '.',
      ),
    },
    { name: 'build', about: 'nest build', needs: [], run: tool('@nestjs/cli/bin/nest.js', 'build') },
    {
      name: 'types',
      about: 'type check of product and tests',
      needs: [],
      // Its own build info: with the one of the build, the two would take each other's half for done.
      run: tool(
        'typescript/bin/tsc',
        '--noEmit',
        '-p',
        'tsconfig.json',
        '--tsBuildInfoFile',
        'node_modules/.cache/types.tsbuildinfo',
      ),
    },
    {
      name: 'lint',
      about: 'eslint with the house rules',
      needs: [],
      run: tool('eslint/bin/eslint.js', '--config', '.config/eslint.config.js', 'src', 'test', 'ormconfig.ts'),
    },
    {
      name: 'imports',
      about: 'import rules (dependency-cruiser)',
      needs: [],
      run: tool(
        'dependency-cruiser/bin/dependency-cruise.mjs',
        '--config',
        '.config/dependency-cruiser.cjs',
        'src',
        'test',
        'ormconfig.ts',
      ),
    },
    {
      name: 'schema',
      about: 'migrations and entities say the same',
      needs: ['build'],
      run: ['dist/src/bin/check-schema.js'],
    },
    {
      name: 'openapi',
      about: 'the OpenAPI snapshot is current',
      needs: ['build'],
      run: ['dist/src/bin/openapi.js', '--check'],
    },
  ];
  const tests = {
    name: 'tests',
    about: 'vitest',
    needs: checks.map(({ name }) => name),
    alone: true,
    run: tool(
      'vitest/vitest.mjs',
      'run',
      '--config',
      '.config/vitest.config.ts',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${TEST_RESULT}`,
      ...testArguments,
    ),
  };
  return [...checks, tests];
}

const HELP = `npm test -- [--only step,step] [path or vitest option]...

Without arguments all steps run. A path or an option for vitest runs build and those tests only.

${allSteps([])
  .map(
    ({ name, about, needs, alone }) =>
      `  ${name.padEnd(9)}${about}${alone ? '' : needs.map((need) => `, after ${need}`).join('')}`,
  )
  .join('\n')}
`;

/** @returns the steps asked for, or null when help was. Throws an Error that says what would be right. */
function chosenSteps(args) {
  const rest = [];
  let only = null;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--help' || args[i] === '-h') return null;
    if (args[i] === '--only') only = args[++i] ?? '';
    else if (args[i].startsWith('--only=')) only = args[i].slice('--only='.length);
    else rest.push(args[i]);
  }
  const steps = allSteps(rest);
  const known = steps.map(({ name }) => name);
  if (only === null) return rest.length > 0 ? steps.filter(({ name }) => name === 'build' || name === 'tests') : steps;
  const wanted = only
    .split(',')
    .filter((name) => name !== '')
    .map((name) => (name === 'vitest' ? 'tests' : name));
  const unknown = wanted.filter((name) => !known.includes(name));
  if (wanted.length === 0 || unknown.length > 0)
    throw new Error(`--only wants steps out of ${known.join(', ')}; got "${only}".`);
  if (rest.length > 0 && !wanted.includes('tests'))
    throw new Error(`"${rest.join(' ')}" is for vitest, but --only leaves the tests out.`);
  return steps.filter(({ name }) => wanted.includes(name));
}

const seconds = (sinceMs) => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;

/** Runs one step. Output is held back until its end, unless it runs alone; then it streams. */
function start(step) {
  const startedMs = performance.now();
  const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {};
  const child = spawn(process.execPath, step.run, {
    cwd: ROOT,
    env: { ...process.env, ...color },
    stdio: step.alone ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
  });
  const output = [];
  child.stdout?.on('data', (chunk) => output.push(chunk));
  child.stderr?.on('data', (chunk) => output.push(chunk));
  const done = new Promise((resolve) => {
    child.once('error', (error) => resolve({ step, code: 1, text: String(error), took: seconds(startedMs) }));
    child.once('close', (code, signal) =>
      resolve({
        step,
        code: code ?? 1,
        text: Buffer.concat(output).toString() + (signal ? `ended by ${signal}\n` : ''),
        took: seconds(startedMs),
      }),
    );
  });
  return { child, done };
}

/** Runs the steps and returns the exit code of the first that failed, 0 when all passed. */
async function runAll(steps) {
  const waiting = [...steps];
  const chosen = new Set(steps.map(({ name }) => name));
  const passed = new Set();
  const running = new Map();
  const stopOthers = () => running.forEach(({ child }) => child.kill('SIGTERM'));
  let stopSignal = null;
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      stopSignal = signal;
      stopOthers();
    });
  }
  const mayStart = (step) =>
    step.needs.every((need) => passed.has(need) || !chosen.has(need)) && running.size < (step.alone ? 1 : AT_ONCE);
  while (waiting.length > 0 || running.size > 0) {
    for (const step of [...waiting]) {
      if (!mayStart(step)) continue;
      waiting.splice(waiting.indexOf(step), 1);
      if (step.alone) console.log(`… ${step.name}`);
      running.set(step.name, start(step));
    }
    const ended = await Promise.race([...running.values()].map(({ done }) => done));
    running.delete(ended.step.name);
    if (ended.code !== 0 || stopSignal) {
      stopOthers();
      await Promise.all([...running.values()].map(({ done }) => done));
      if (ended.text) process.stdout.write(`${ended.text.trimEnd()}\n`);
      const notRun = [...running.keys(), ...waiting.map(({ name }) => name)];
      console.log(
        `✗ ${ended.step.name} FAILED after ${ended.took}: ${ended.step.about}${stopSignal ? ` (${stopSignal})` : ''}`,
      );
      console.log(
        `  again: npm test -- --only ${ended.step.name}${notRun.length > 0 ? `   (not finished: ${notRun.join(', ')})` : ''}`,
      );
      return ended.code || 1;
    }
    passed.add(ended.step.name);
    console.log(`✓ ${ended.step.name.padEnd(9)}${ended.took}`);
  }
  return 0;
}

try {
  const steps = chosenSteps(process.argv.slice(2));
  if (steps === null) {
    process.stdout.write(HELP);
  } else {
    await rm(path.join(ROOT, TEST_RESULT), { force: true });
    const startedMs = performance.now();
    process.exitCode = await runAll(steps);
    if (process.exitCode === 0) console.log(`✓ all ${steps.length} in ${seconds(startedMs)}`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
