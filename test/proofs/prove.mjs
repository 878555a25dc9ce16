/**
 * `npm run prove -- <name> [--seed n]`: the long form of a proof. Without a name it lists them. Exits with 0 when the proof holds.
 * Some proofs have options of their own (`fuzz`: `--requests n`, `--operation id`, `--from n`); they stand in what it prints.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';

const FOLDER = import.meta.dirname;
const ROOT = path.resolve(FOLDER, '../..');
const SUFFIX = '.test.ts';
const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length));

const [name, ...rest] = process.argv.slice(2);
const seedAt = rest.indexOf('--seed');
const seed = seedAt < 0 ? String(Math.floor(Math.random() * 2 ** 32)) : rest[seedAt + 1];
// `--requests 5` is for the proof: PROOF_REQUESTS=5.
const own = Object.fromEntries(
  rest.flatMap((word, at) =>
    word.startsWith('--') ? [[`PROOF_${word.slice(2).toUpperCase()}`, rest[at + 1] ?? '']] : [],
  ),
);
const usage = `npm run prove -- <name> [--seed <whole number>]; the proofs are ${names.join(', ')}.`;
if (name === '--help') {
  console.log(usage);
  process.exit(0);
}
if (name === undefined || !names.includes(name) || !/^\d+$/.test(seed ?? '')) {
  console.error(usage);
  process.exit(2);
}

const child = spawn(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--config', '.config/vitest.config.ts', `test/proofs/${name}${SUFFIX}`],
  { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...own, PROOF_FORM: 'long', PROOF_SEED: seed } },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.once('close', (code, signal) => {
  const how = signal === null ? 'FAILED' : `was ended by ${signal}`;
  if (code !== 0) console.error(`The proof ${name} ${how}. Again: npm run prove -- ${name} --seed ${seed}`);
  process.exitCode = code ?? 1;
});
