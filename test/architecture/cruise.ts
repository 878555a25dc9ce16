import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { ICruiseResult } from 'dependency-cruiser';
import { ROOT } from './repository.js';

const CONFIG = path.join(ROOT, '.config/dependency-cruiser.cjs');
const TOOL = path.join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

/** The names of all import rules of the house. */
export const IMPORT_RULES: readonly string[] = (
  createRequire(import.meta.url)(CONFIG) as { forbidden: { name: string }[] }
).forbidden.map(({ name }) => name);

/**
 * Runs dependency-cruiser with the rules of the house over `targets` of `folder`, just as `npm test` does.
 * Returns one line per broken rule, `rule: from -> to`, sorted. Throws when the tool itself fails.
 */
export async function brokenImportRules(folder: string, targets: readonly string[]): Promise<string[]> {
  const json = await new Promise<string>((resolve, reject) => {
    const args = [TOOL, '--config', CONFIG, '--output-type', 'json', ...targets];
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      // The exit code counts the violations; only an empty answer means that the tool broke.
      if (stdout === '') reject(new Error(`dependency-cruiser gave no result: ${stderr}`, { cause: error }));
      else resolve(stdout);
    });
  });
  const { summary } = JSON.parse(json) as ICruiseResult;
  if (summary.totalCruised === 0) throw new Error(`dependency-cruiser saw no file in ${folder}.`);
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`).sort();
}
