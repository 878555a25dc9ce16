/** Turns the file of a user class into a bundle, once for each state of its sources. */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { storeBundle } from '../bundle-store.js';
import { removeStaleBundles } from './stale-bundles.js';

/** Bundles that no process has asked for in this time are those of sources that changed or went away. */
const STALE_MS = 30 * 86_400_000;

/** A bundle and the state of all files that it was made from. */
interface KnownBundle {
  file: string;
  inputs: Map<string, FileState>;
}

/** What tells one state of a file from another. */
interface FileState {
  /** Empty when there is no such file. */
  mark: string;
  changedMs: number;
}

/** Bundles by source file. The state of the sources is looked at before every run, so an edit counts from the next run on. */
export class ClassBundles {
  private readonly known = new Map<string, KnownBundle>();
  private readonly building = new Map<string, Promise<string>>();

  constructor(private readonly cacheDir: string) {}

  /** The bundle of a source file. Rejects with a readable message when it does not compile. */
  async bundleOf(source: string): Promise<string> {
    const known = this.known.get(source);
    if (known && (await isFresh(known))) return known.file;
    let build = this.building.get(source);
    if (!build) {
      build = this.build(source).finally(() => this.building.delete(source));
      this.building.set(source, build);
    }
    return build;
  }

  private async build(source: string): Promise<string> {
    const url = pathToFileURL(source).href;
    const beginMs = Date.now();
    const folder = join(this.cacheDir, 'classes');
    const { file, inputs } = await storeBundle(source, folder, {
      // The bundle lies elsewhere, so everything that is relative to the source has to be told.
      define: {
        'import.meta.url': JSON.stringify(url),
        'import.meta.filename': JSON.stringify(source),
        'import.meta.dirname': JSON.stringify(dirname(source)),
      },
      // CommonJS packages in the bundle call require() for what comes with Node.
      banner: {
        js: `import { createRequire as carillonRequire } from 'node:module'; const require = carillonRequire(${JSON.stringify(url)});`,
      },
    });
    // Only where a bundle is made anyway; failing to tidy up is no reason to fail a run.
    await removeStaleBundles(folder, STALE_MS).catch(() => 0);
    // A source that changed while it was being read may be in the bundle in its old form, so that bundle is not kept.
    const states = await statesOf(inputs);
    const isSettled = [...states.values()].every((state) => state.changedMs < beginMs);
    if (isSettled) this.known.set(source, { file, inputs: states });
    return file;
  }
}

async function isFresh(bundle: KnownBundle): Promise<boolean> {
  const [now, stored] = await Promise.all([statesOf([...bundle.inputs.keys()]), stateOf(bundle.file)]);
  if (stored.mark === '') return false;
  return [...bundle.inputs].every(([path, state]) => now.get(path)?.mark === state.mark);
}

async function statesOf(paths: readonly string[]): Promise<Map<string, FileState>> {
  return new Map(await Promise.all(paths.map(async (path) => [path, await stateOf(path)] as const)));
}

async function stateOf(path: string): Promise<FileState> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  if (!found) return { mark: '', changedMs: 0 };
  return { mark: `${found.mtimeNs}:${found.ctimeNs}:${found.size}`, changedMs: Number(found.ctimeMs) };
}
