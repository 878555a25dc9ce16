import { SETTINGS } from './settings.js';

interface Described {
  readonly default?: unknown;
  readonly desc?: string;
}

/** One row per setting: name, default as a user would write it, description. */
export function settingRows(): { name: string; fallback: string; description: string }[] {
  return Object.entries(SETTINGS as unknown as Record<string, Described>).map(([name, spec]) => ({
    name,
    fallback: Array.isArray(spec.default)
      ? spec.default.join(',')
      : spec.default === undefined
        ? ''
        : String(spec.default as string | number | boolean),
    description: spec.desc ?? '',
  }));
}

/** The text of `npm start -- --help`. */
export function helpText(): string {
  const rows = settingRows().map(
    (row) =>
      `  ${row.name.padEnd(32)}${row.description}${row.fallback === '' ? '' : `\n${' '.repeat(34)}default: ${row.fallback}`}`,
  );
  return [
    'Carillon, a job scheduler with a REST API.',
    '',
    'Usage: npm start                     start with the settings of the environment',
    '       PORT=9000 npm start           the same on another port',
    '       npm start -- --help           this text',
    '       npm start -- --version        the version',
    '',
    'Settings (environment variables):',
    ...rows,
    '',
  ].join('\n');
}
