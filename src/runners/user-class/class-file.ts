/** Finds files of user classes inside the jobs folder, and nowhere else. */
import type { Dirent } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { CLASS_FILE_ENDINGS, isSegment, moduleNameOf } from './class-name.js';

const MAX_DEPTH = 8;
const MAX_FILES = 500;

/** A file that can hold user classes. */
export interface ClassFile {
  /** Dotted name of the module, such as `reports.daily`. */
  moduleName: string;
  /** Absolute path with all symbolic links resolved. */
  file: string;
}

/**
 * The file of a module path (as in `ClassName.path`), or null if there is none. A symbolic link that leads out of the jobs
 * folder counts as none.
 */
export async function findClassFile(jobsDir: string, path: string): Promise<string | null> {
  for (const ending of CLASS_FILE_ENDINGS) {
    const file = await insideOf(jobsDir, join(jobsDir, path + ending));
    if (file !== null) return file;
  }
  return null;
}

/** All such files, by name, at most 500 and at most eight folders deep. A missing jobs folder has none. */
export async function listClassFiles(jobsDir: string): Promise<ClassFile[]> {
  const found = new Map<string, string>();
  await collect(jobsDir, '', MAX_DEPTH, found);
  const files: ClassFile[] = [];
  for (const moduleName of [...found.keys()].sort()) {
    // Through the same door as a run, so that the list shows exactly what would run.
    const file = await findClassFile(jobsDir, moduleName.replaceAll('.', '/'));
    if (file !== null) files.push({ moduleName, file });
  }
  return files;
}

async function collect(jobsDir: string, path: string, depth: number, found: Map<string, string>): Promise<void> {
  const entries: Dirent[] = await readdir(join(jobsDir, path), { withFileTypes: true }).catch(() => []);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (found.size >= MAX_FILES) return;
    const entryPath = path === '' ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) {
      const isSearched = isSegment(entry.name) && entry.name !== 'node_modules' && depth > 0;
      if (isSearched) await collect(jobsDir, entryPath, depth - 1, found);
      continue;
    }
    const moduleName = moduleNameOf(entryPath);
    if (moduleName !== null) found.set(moduleName, entryPath);
  }
}

async function insideOf(jobsDir: string, file: string): Promise<string | null> {
  try {
    const [folder, target] = await Promise.all([realpath(jobsDir), realpath(file)]);
    return target.startsWith(folder.endsWith(sep) ? folder : folder + sep) ? target : null;
  } catch {
    return null; // there is no such file
  }
}
