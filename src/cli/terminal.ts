import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { UsageError } from './usage-error.js';

/** What commands may use of the world around them. */
export interface Terminal {
  readonly env: NodeJS.ProcessEnv;
  readonly stdin: NodeJS.ReadStream;
  /** What scripts read. */
  print(line: string): void;
  /** What people read. */
  say(line: string): void;
}

/** Variable that may hold a password, for scripts without a terminal. */
export const PASSWORD_VARIABLE = 'CARILLON_PASSWORD';

/**
 * A password, never from the arguments, which every process of the machine can see: the first line of stdin with `fromStdin`, else
 * the variable, else asked for twice at the terminal. Throws `UsageError` when there is no way to ask.
 */
export async function readPassword(terminal: Terminal, fromStdin: boolean): Promise<string> {
  if (fromStdin) return firstLine(terminal.stdin);
  const given = terminal.env[PASSWORD_VARIABLE];
  if (given !== undefined && given !== '') return given;
  if (!terminal.stdin.isTTY) {
    throw new UsageError(
      `There is no terminal to ask for the password: set ${PASSWORD_VARIABLE} or use --password-stdin.`,
    );
  }
  const password = await ask(terminal, 'Password: ');
  if ((await ask(terminal, 'Once more: ')) !== password) throw new UsageError('The two passwords differ.');
  return password;
}

async function firstLine(stdin: NodeJS.ReadStream): Promise<string> {
  const lines = createInterface({ input: stdin });
  try {
    for await (const line of lines) return line;
    throw new UsageError('--password-stdin: stdin is empty.');
  } finally {
    lines.close();
  }
}

/** Asks without showing what is typed. */
async function ask(terminal: Terminal, question: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: terminal.stdin, output: silent, terminal: true });
  process.stderr.write(question);
  try {
    return await lines.question('');
  } finally {
    lines.close();
    terminal.say('');
  }
}
