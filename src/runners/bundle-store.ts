/** Bundles TypeScript and JavaScript into single files, each stored under the hash of its content. */
import { createHash } from 'node:crypto';
import { mkdir, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildOptions } from 'esbuild';

/** A bundle on disk. */
export interface StoredBundle {
  file: string;
  /** Absolute paths of all source files that went into it. */
  inputs: string[];
}

let buildsUnderWay = 0;

/**
 * Bundles one entry for this version of Node and stores it in `folder`. Rejects with esbuild's `BuildFailure` when the
 * source does not compile.
 */
export async function storeBundle(entry: string, folder: string, extra: BuildOptions = {}): Promise<StoredBundle> {
  const esbuild = await import('esbuild');
  buildsUnderWay++;
  try {
    const result = await esbuild.build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      format: 'esm',
      target: `node${process.versions.node}`,
      sourcemap: 'inline',
      absWorkingDir: '/',
      logLevel: 'silent',
      ...extra,
    });
    const code = result.outputFiles?.[0]?.contents ?? new Uint8Array();
    const inputs = Object.keys(result.metafile?.inputs ?? {}).map((path) => join('/', path));
    return { file: await storeByHash(code, folder), inputs };
  } finally {
    // esbuild keeps a compiler process; it starts again in about 20 ms, so it need not stay for the rare edit.
    if (--buildsUnderWay === 0) await esbuild.stop();
  }
}

async function storeByHash(code: Uint8Array, folder: string): Promise<string> {
  const file = join(folder, `${createHash('sha256').update(code).digest('hex').slice(0, 32)}.mjs`);
  const now = new Date();
  if (await stat(file).catch(() => null)) {
    await utimes(file, now, now);
    return file;
  }
  await mkdir(folder, { recursive: true });
  // Written aside and renamed, so that nobody ever imports half a bundle.
  const unfinished = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(unfinished, code);
  await rename(unfinished, file);
  return file;
}
