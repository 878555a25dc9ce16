// Writes the OpenAPI document to docs/openapi.json, or checks that it is the one that stands there. Needs no database.
// Usage: node dist/src/bin/openapi.js --check | --write. It must run on the build: the Swagger plugin adds types there.
import 'reflect-metadata';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createApp } from '../app.setup.js';
import { DIALECTS } from '../compat/dialects.js';
import { parseConfig } from '../config/config.js';
import { buildDocument } from '../http/swagger.js';
import { installation } from '../observability/installation.js';
import { differences } from './json-difference.js';

const MOST_SHOWN = 40;

async function main(mode: string | undefined): Promise<number> {
  if (mode !== '--check' && mode !== '--write') {
    console.error('Usage: node dist/src/bin/openapi.js --check | --write');
    return 2;
  }
  const { root, version } = installation();
  const file = join(root, 'docs/openapi.json');
  const document = await currentDocument(root, version);
  if (mode === '--write') {
    await writeFile(file, `${JSON.stringify(document, null, 2)}\n`);
    console.log(`Wrote ${file}`);
    return 0;
  }
  const written = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as unknown;
  const found = differences(written, document);
  if (found.length === 0) return 0;
  console.error(`The API differs from docs/openapi.json in ${found.length} places:`);
  for (const line of found.slice(0, MOST_SHOWN)) console.error(`  ${line}`);
  if (found.length > MOST_SHOWN) console.error(`  … and ${found.length - MOST_SHOWN} more`);
  console.error(
    'If that is intended: node dist/src/bin/openapi.js --write, and say so in the README where users see it.',
  );
  return 1;
}

/** The document with the default settings: the environment of the caller must not change it. */
async function currentDocument(root: string, version: string): Promise<unknown> {
  const nowhere = 'postgres://preview@127.0.0.1:1/preview';
  const app = await createApp(
    parseConfig({}, root),
    { url: nowhere, directUrl: nowhere, poolSize: 1 },
    { preview: true },
  );
  return JSON.parse(JSON.stringify(buildDocument(app, version, DIALECTS))) as unknown;
}

process.exitCode = await main(process.argv[2]);
