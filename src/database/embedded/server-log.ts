// Owns the server's log file. PostgreSQL writes to it through the descriptor it was started with, opened for appending, so
// that it may be cut back under the running server. Its own log collector cannot bound a file by size.
import { copyFile, mkdir, open, stat, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The log is cut back past this size; with the one kept older part it never holds much more than twice as much. */
export const LOG_BOUND_BYTES = 10 * 1024 * 1024;

/**
 * Moves the content to `<file>.1` if it has grown past `boundBytes`. Lines written in between the two steps are lost, and all
 * of it if the disk is too full for the copy: the bound matters more.
 */
export async function boundLog(file: string, boundBytes = LOG_BOUND_BYTES): Promise<void> {
  if ((await logSize(file)) <= boundBytes) return;
  try {
    await copyFile(file, `${file}.1`);
  } finally {
    await truncate(file, 0);
  }
}

/** Size in bytes; 0 if there is no log yet. */
export async function logSize(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

/** The log from byte `offset` on, at most 64 KiB of it. */
export async function readLogFrom(file: string, offset: number): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const buffer = Buffer.alloc(Math.min(65_536, Math.max(0, size - offset)));
    await handle.read(buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8');
  } finally {
    await handle.close();
  }
}

/** Opens the log for the server to append to, readable for this user alone: it quotes SQL. */
export async function openLog(file: string): ReturnType<typeof open> {
  await mkdir(dirname(file), { recursive: true });
  return open(file, 'a', 0o600);
}
