/** Names of user classes and the files behind them. Pure. */

/** Endings of files that can hold user classes, in the order in which they are looked for. */
export const CLASS_FILE_ENDINGS = ['.ts', '.mts', '.js', '.mjs'] as const;

const SEGMENT = /^[A-Za-z_][A-Za-z0-9_]*$/;
const MAX_NAME = 500;

/** The parts of a class name. */
export interface ClassName {
  /** Path below the jobs folder without an ending, with `/`. */
  path: string;
  exportName: string;
}

/**
 * `reports.daily.DailyReport` is the export `DailyReport` of `reports/daily`. Null for anything else than two or more
 * identifiers joined by dots, so that no name can lead out of the jobs folder.
 */
export function parseClassName(jobClass: string): ClassName | null {
  if (jobClass.length > MAX_NAME) return null;
  const segments = jobClass.split('.');
  const exportName = segments.pop();
  if (exportName === undefined || segments.length === 0) return null;
  if (![...segments, exportName].every((segment) => SEGMENT.test(segment))) return null;
  return { path: segments.join('/'), exportName };
}

/** Whether a name can be one part of a class name. */
export function isSegment(name: string): boolean {
  return SEGMENT.test(name);
}

/** `reports/daily.ts` gives `reports.daily`; null for a file that cannot hold user classes. */
export function moduleNameOf(path: string): string | null {
  const ending = CLASS_FILE_ENDINGS.find((candidate) => path.endsWith(candidate));
  if (ending === undefined) return null;
  const segments = path.slice(0, -ending.length).split('/');
  return segments.every(isSegment) ? segments.join('.') : null;
}
