/** Reads the arguments and parameters of the job class `shell`. Pure. */
import { isAbsolute } from 'node:path';
import type { ProgramTask } from '../executor/executor-protocol.js';
import { RESERVED_PREFIX } from '../executor/run-marks.js';
import { InvalidArguments, refuseUnknownParameters } from '../invalid-arguments.js';

/** A program to run and the variables that the job adds to its environment. */
export interface ShellCommand {
  task: ProgramTask;
  environment: Record<string, string>;
}

/**
 * One argument is a command line for `/bin/sh -c`; several are a program and its arguments, run without a shell.
 * Throws {@link InvalidArguments}.
 */
export function shellCommand(args: readonly unknown[], parameters: Readonly<Record<string, unknown>>): ShellCommand {
  const [first, ...others] = args.map(argumentText);
  if (first === undefined || first.trim() === '') {
    throw new InvalidArguments(
      'shell needs a command line as its only argument, or a program followed by its arguments.',
    );
  }
  refuseUnknownParameters('shell', parameters, ['cwd', 'env', 'stdin']);
  const [file, argv] = others.length === 0 ? ['/bin/sh', ['-c', first]] : [first, others];
  const task: ProgramTask = {
    kind: 'program',
    file,
    argv,
    cwd: folder(parameters['cwd']),
    stdin: input(parameters['stdin']),
  };
  return { task, environment: variables(parameters['env']) };
}

function argumentText(value: unknown, index: number): string {
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  if (!isPlain)
    throw new InvalidArguments(`Argument ${index + 1} of shell must be a string, not ${JSON.stringify(value)}.`);
  return withoutNul(String(value), `Argument ${index + 1} of shell`);
}

function folder(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string' || !isAbsolute(value)) {
    throw new InvalidArguments(`The parameter cwd of shell must be an absolute path, not ${JSON.stringify(value)}.`);
  }
  return withoutNul(value, 'The parameter cwd of shell');
}

function input(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  throw new InvalidArguments(`The parameter stdin of shell must be a string, not ${JSON.stringify(value)}.`);
}

function variables(value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new InvalidArguments(
      `The parameter env of shell must be an object of strings, not ${JSON.stringify(value)}.`,
    );
  }
  return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, variable(name, text)]));
}

function variable(name: string, text: unknown): string {
  if (typeof text !== 'string')
    throw new InvalidArguments(`The variable ${name} in env must be a string, not ${JSON.stringify(text)}.`);
  if (name.startsWith(RESERVED_PREFIX))
    throw new InvalidArguments(
      `The variable ${name} in env is reserved: names with ${RESERVED_PREFIX} are set by the server.`,
    );
  if (!/^[^=\0]+$/.test(name))
    throw new InvalidArguments(`${JSON.stringify(name)} in env is not a name of a variable.`);
  return withoutNul(text, `The variable ${name} in env`);
}

function withoutNul(text: string, what: string): string {
  if (text.includes('\0')) throw new InvalidArguments(`${what} must not hold the character U+0000.`);
  return text;
}
