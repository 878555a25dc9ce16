/** Finds the JavaScript that a child process runs. */
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { storeBundle } from '../bundle-store.js';

/**
 * The file to run for an entry given relative to the runners folder and without its ending. Next to compiled code that is
 * the compiled file itself. When this code runs from its TypeScript source (a test runner), plain Node could not load the
 * entry, so it is bundled into the cache folder first.
 */
export async function entryFile(entry: string, cacheDir: string): Promise<string> {
  const isCompiled = import.meta.url.endsWith('.js');
  if (isCompiled) return fileURLToPath(new URL(`../${entry}.js`, import.meta.url));
  const source = fileURLToPath(new URL(`../${entry}.ts`, import.meta.url));
  const bundle = await storeBundle(source, join(cacheDir, 'entries'));
  return bundle.file;
}
