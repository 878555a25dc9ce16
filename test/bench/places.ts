import { join, resolve } from 'node:path';

/** The repository. This code is bundled into `dist/bench/`. */
export const ROOT = resolve(import.meta.dirname, '../..');

/** The folder of the bench, where the peers are. */
export const BENCH = join(ROOT, 'test/bench');
