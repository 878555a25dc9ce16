import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The root of the repository, absolute. */
export const ROOT = path.resolve(import.meta.dirname, '../..');

/** One room of `src/`, as `.config/rooms.cjs` lists it. */
export interface Room {
  readonly name: string;
  readonly owns: string;
  readonly only?: readonly string[];
  readonly never?: readonly string[];
}

/** The layering, bottom to top. */
export const { LAYERS, APP_FOLDERS } = createRequire(import.meta.url)('../../.config/rooms.cjs') as {
  LAYERS: readonly (readonly Room[])[];
  APP_FOLDERS: readonly string[];
};

/** All rooms, lower layers first. */
export const ROOMS: readonly Room[] = LAYERS.flat();

/** Paths below `folder` (relative to the root, forward slashes) that end in `suffix`, sorted; not those of installed packages. */
export function filesIn(folder: string, suffix: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.split(path.sep).join('/')}`)
    .filter((file) => file.endsWith(suffix) && !file.includes('/node_modules/'))
    .sort();
}

/** The text of a file of the repository. */
export function read(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}
