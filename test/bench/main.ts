/** `npm run bench`: runs the parts that were asked for, prints what they found and writes it to a file. See README.md. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Bench } from './bench.js';
import { bulkPart } from './bulk.bench.js';
import { compatListsPart } from './compat-lists.bench.js';
import { dueTriggersPart } from './due-triggers.bench.js';
import { enqueuePart } from './enqueue.bench.js';
import { idleTriggersPart } from './idle-triggers.bench.js';
import { listsPart } from './lists.bench.js';
import { busyWarning, circumstances } from './machine.js';
import { memoryPart } from './memory.bench.js';
import { nextRunPart } from './next-run.bench.js';
import { helpText, readOptions } from './options.js';
import { pagePart } from './page.bench.js';
import type { Part } from './part.js';
import { pendingPart } from './pending.bench.js';
import { pickupPart } from './pickup.bench.js';
import { ROOT } from './places.js';
import { printed } from './report.js';
import { shellPart } from './shell.bench.js';

const PARTS: readonly Part[] = [
  pendingPart,
  pickupPart,
  enqueuePart,
  bulkPart,
  dueTriggersPart,
  idleTriggersPart,
  nextRunPart,
  listsPart,
  compatListsPart,
  pagePart,
  shellPart,
  memoryPart,
];
const MISUSE = 2;

/** Runs everything; answers the exit code. A part that fails is reported and does not keep the others from running. */
async function main(args: readonly string[]): Promise<number> {
  let options;
  try {
    options = readOptions(
      args,
      PARTS.map(({ name }) => name),
    );
  } catch (error) {
    console.error((error as Error).message);
    return MISUSE;
  }
  if (options === null) {
    console.log(helpText(PARTS));
    return 0;
  }
  const bench = new Bench(options);
  const interrupted = new Promise<'interrupted'>((resolveIt) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolveIt('interrupted'));
  });
  try {
    await bench.open();
    const head = [
      '# Result',
      '',
      `\`npm run bench -- ${args.join(' ')}\``,
      '',
      ...circumstances(bench.database, bench.redis),
      ...busyWarning('at the start'),
    ];
    console.log(head.join('\n'));
    const outcome = await Promise.race([
      runParts(
        bench,
        PARTS.filter(({ name }) => options.parts.includes(name)),
      ),
      interrupted,
    ]);
    if (outcome === 'interrupted') return 1;
    const { texts, failures } = outcome;
    const time = new Date().toISOString().replaceAll(':', '-').slice(0, 19);
    const file = resolve(options.out ?? join(ROOT, `dist/bench/results/${time}.md`));
    await mkdir(dirname(file), { recursive: true });
    head.push(...busyWarning('at the end'));
    await writeFile(file, `${[...head, '', ...texts].join('\n')}\n`);
    console.log(`\nWritten to ${file}`);
    return failures === 0 ? 0 : 1;
  } finally {
    await bench.close();
  }
}

async function runParts(bench: Bench, parts: readonly Part[]): Promise<{ texts: string[]; failures: number }> {
  const texts: string[] = [];
  let failures = 0;
  for (const part of parts) {
    console.log(`\n… ${part.name}`);
    const beganMs = performance.now();
    try {
      texts.push(printed(await part.run(bench)));
    } catch (error) {
      failures++;
      texts.push(`## ${part.name}\n\nFailed: ${(error as Error).message}\n`);
      console.error(error);
    }
    for (const line of await bench.expensiveStatements()) console.log(line);
    console.log(`\n${texts.at(-1) ?? ''}(${Math.round((performance.now() - beganMs) / 1000)} s)`);
  }
  return { texts, failures };
}

process.exit(await main(process.argv.slice(2)));
