/**
 * The process in which user classes run, one run at a time. It is made to be killed: the executor does so whenever a run
 * does not end as asked, and this process does it itself when user code broke it.
 */
import type { ChildCommand } from '../../executor/child-protocol.js';
import type { ClassTask } from '../../executor/executor-protocol.js';
import { boundedError, resultJson } from '../../result-json.js';
import { errorOf } from '../../run-outcome.js';
import { answer, answerOutput } from './answers.js';
import { captureConsole } from './captured-console.js';
import { JobContext } from './job-context.js';
import { Leftovers } from './leftovers.js';
import { callExport, InvalidClass, jobClassesOf, loadBundle } from './loaded-class.js';

/* eslint-disable-next-line house/no-process-env -- this is not the server: user code reads and changes this environment */
const { env } = process;
const firstEnvironment = { ...env };
const firstFolder = process.cwd();
const leftovers = new Leftovers();
let current: { run: number; abort: AbortController } | null = null;

async function serve(command: ChildCommand): Promise<void> {
  current = { run: command.run, abort: new AbortController() };
  resetProcess(command.environment);
  const { task } = command;
  let end;
  try {
    const exports = await loadBundle(task.bundleFile);
    leftovers.mark();
    const result =
      task.kind === 'class' ? await call(exports, task, command.run, current.abort.signal) : jobClassesOf(exports);
    end = resultJson(result);
  } catch (error) {
    end = { json: 'null', error: errorOf(error, error instanceof InvalidClass ? error.type : 'exception') };
  }
  const isClean = await leftovers.isClean();
  finish(command.run, end.json, end.error, isClean);
}

function call(exports: Record<string, unknown>, task: ClassTask, run: number, signal: AbortSignal): Promise<unknown> {
  return callExport(exports, task.exportName, new JobContext(run, task.context, signal), task.args);
}

function finish(run: number, json: string, error: ReturnType<typeof errorOf> | null, isClean: boolean): void {
  if (current?.run !== run) return; // an uncaught exception was quicker
  current = null;
  answer({ kind: 'end', run, resultJson: json, error: error && boundedError(error), isClean });
}

/** Undoes what the run before may have changed, and tells processes started by user code which run they belong to. */
function resetProcess(environment: Record<string, string>): void {
  for (const name of Object.keys(env)) {
    if (!(name in firstEnvironment)) Reflect.deleteProperty(env, name);
  }
  Object.assign(env, firstEnvironment, environment);
  if (process.cwd() !== firstFolder) process.chdir(firstFolder);
}

captureConsole((stream, text) => {
  if (current) answerOutput(current.run, stream, text);
});

process.on('message', (command: ChildCommand) => void serve(command));
process.on('SIGTERM', () => {
  if (!current) process.exit(0);
  current.abort.abort(new Error('The run was asked to stop.'));
});
// Also every rejection that nobody handles. The state of the process is unknown after it, so it ends.
process.on('uncaughtException', (error) => {
  if (current) finish(current.run, 'null', errorOf(error), false);
  process.exit(1);
});
// The executor is gone. Our group goes with us.
process.on('disconnect', () => process.kill(0, 'SIGKILL'));
process.title = 'carillon-job';
