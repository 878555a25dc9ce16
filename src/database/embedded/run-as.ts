import { spawn } from 'node:child_process';

/** The account a process runs as. Undefined where this is used means: the one of this process. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

/**
 * Nothing of our own environment reaches PostgreSQL: PGPORT, PGOPTIONS or LD_LIBRARY_PATH would change what it does, and
 * secrets have no business in it. English messages and a fixed zone, because we read its output.
 */
export const SERVER_ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: '/usr/bin:/bin:/usr/sbin:/sbin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/** The end of a command, or the reason why it never began. */
export interface CommandResult {
  /** Exit code; null if it could not be started or was killed. */
  readonly code: number | null;
  /** What it printed to stdout and stderr, in order of arrival, at most 64 Ki characters; or why it did not start. */
  readonly output: string;
}

const KEEP = 65_536;

/**
 * Runs a command to its end, in its own session so that a Ctrl-C in our terminal does not cut it short, with `/` as its
 * folder because the account may not be allowed into ours. Never throws; kills it after `timeoutMs`.
 */
export function runAs(
  user: ServerUser | undefined,
  file: string,
  args: readonly string[],
  timeoutMs = 120_000,
): Promise<CommandResult> {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(file, args, {
      cwd: '/',
      env: SERVER_ENVIRONMENT,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
    });
    const timer = setTimeout(() => {
      output += `\n(killed after ${timeoutMs} ms)`;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, timeoutMs);
    const keep = (chunk: string) => {
      output = (output + chunk).slice(-KEEP);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ code: null, output: error.message });
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, output });
    });
  });
}
