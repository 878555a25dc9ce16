import { DomainError } from '../../kernel/domain-error.js';

/** The way out that always works, appended to each message about the embedded database. */
const WAY_OUT = 'To use a PostgreSQL of your own instead, set DATABASE_URL.';

/** A failure to bring the embedded PostgreSQL up, in words for the person at the terminal. Code `unavailable`. */
export function launchError(message: string, cause?: unknown): DomainError {
  return new DomainError('unavailable', `${message} ${WAY_OUT}`, [], cause === undefined ? {} : { cause });
}

/** The errno code of a failed system call (`EACCES`), or undefined for any other error. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

const FOLDER_TROUBLES: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'it is on a read-only file system',
  // What Node's recursive mkdir says of a read-only file system.
  ENOENT: 'a folder above it is missing and cannot be made',
  ENOSPC: 'its disk is full',
  EDQUOT: 'the disk quota of this user is used up',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a file is in the way',
  ENAMETOOLONG: 'the path is too long',
};

/** Says what a system error means for the data folder; errors of other kinds come back as they are. */
export function explainFolderError(error: unknown, dataDir: string): unknown {
  if (error instanceof DomainError) return error;
  const trouble = FOLDER_TROUBLES[errnoOf(error) ?? ''];
  if (trouble === undefined) return error;
  return launchError(
    `The data folder ${JSON.stringify(dataDir)} cannot be used: ${trouble} (${(error as Error).message}). ` +
      'Set DATA_DIR to a folder that can be written.',
    error,
  );
}

/** Says what the output of a failed `initdb` or `postgres` means, for the cases that a user can mend. */
export function explainOutput(what: string, output: string): DomainError {
  const tail = output.trim().split('\n').slice(-12).join('\n');
  if (/No space left on device|could not extend file/i.test(output)) {
    return launchError(`${what}: the disk is full. Make room or set DATA_DIR to another disk.\n${tail}\n`);
  }
  if (/could not look up effective user ID/i.test(output)) {
    return launchError(
      `${what}: the uid of this process has no entry in /etc/passwd, which PostgreSQL insists on.\n${tail}\n`,
    );
  }
  if (/shared memory.*(still in use|could not create)|could not create shared memory/is.test(output)) {
    return launchError(`${what}: shared memory is not to be had or still held by an older server.\n${tail}\n`);
  }
  return launchError(`${what}.\n${tail === '' ? '(it printed nothing)' : tail}\n`);
}
