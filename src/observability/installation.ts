import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that Carillon was installed into (it holds package.json) and the version that stands there. */
export interface Installation {
  readonly root: string;
  readonly version: string;
}

/** Looks upwards from this file, because source and build lie at different depths. */
export function installation(): Installation {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new Error('package.json of Carillon was not found above its code; the installation is incomplete.');
    folder = parent;
  }
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { root: folder, version };
}
