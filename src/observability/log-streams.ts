import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Level, StreamEntry } from 'pino';
import { prettyFactory } from 'pino-pretty';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';

/** Where the log goes and how it looks there. */
export interface LogSettings {
  /** Least level that is written. */
  readonly logLevel: string;
  readonly logFormat: 'pretty' | 'json';
  readonly dataDir: string;
}

const FILE_NAME = 'carillon.log';
const ROTATE_AT = '10M';
/** Together with the current one at most 60 MB. */
const OLD_FILES = 5;

const PRETTY = {
  colorize: process.stdout.isTTY,
  translateTime: 'SYS:HH:MM:ss.l',
  ignore: 'pid,hostname,context,requestId',
  messageFormat: '{if context}{context}: {end}{msg}',
};

/** The folder of the log files. */
export function logFolder(dataDir: string): string {
  return join(dataDir, 'logs');
}

/** The streams that the log is written to: standard output, and a file that is rotated at 10 MB. `close` writes out what is held. */
export function openLogStreams(settings: LogSettings): { streams: StreamEntry[]; close: () => Promise<void> } {
  const folder = logFolder(settings.dataDir);
  mkdirSync(folder, { recursive: true });
  const file = createStream(FILE_NAME, { path: folder, size: ROTATE_AT, rotate: OLD_FILES });
  // A full disk must not stop the server: standard output still has every line.
  file.on('error', (error) => process.stderr.write(`The log file cannot be written: ${error.message}\n`));
  file.on('warning', (error) => process.stderr.write(`The log file: ${error.message}\n`));
  const level = settings.logLevel as Level;
  return {
    streams: [
      { level, stream: terminal(settings.logFormat) },
      { level, stream: file },
    ],
    close: () => ended(file),
  };
}

/** Whoever read standard output may end before us (`npm start | head`). That is no fault of ours, and the file has every line. */
function terminal(format: LogSettings['logFormat']): { write: (line: string) => void } {
  let isRead = true;
  process.stdout.once('error', () => (isRead = false));
  for (const stream of [process.stdout, process.stderr])
    if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore);
  const shown = format === 'json' ? (line: string) => line : prettyFactory(PRETTY);
  return {
    write: (line) => {
      if (isRead) process.stdout.write(shown(line));
    },
  };
}

/** Without a listener the next line would be an uncaught exception, which is logged, which is a line. */
function ignore(): void {
  // There is nobody left to be told.
}

function ended(file: RotatingFileStream): Promise<void> {
  return new Promise((resolve) => {
    file.once('close', () => resolve());
    file.once('error', () => resolve());
    file.end(() => resolve());
  });
}
