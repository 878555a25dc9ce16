import { ERROR_CODES, type ErrorCode } from '../kernel/domain-error.js';
import { NATIVE_STATUS, PROBLEM_TITLES } from './error-status.js';

/** The page that `type` of an error body points to: every code with its status and meaning. Plain HTML without scripts. */
export function problemsPage(): string {
  const rows = (Object.keys(ERROR_CODES) as ErrorCode[]).map(
    (code) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${NATIVE_STATUS[code]}</td><td>${PROBLEM_TITLES[code]}</td><td>${escaped(ERROR_CODES[code])}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Carillon: error codes</title>
<style>body{font-family:sans-serif;max-width:60em;margin:2em auto;padding:0 1em}td,th{text-align:left;vertical-align:top;padding:.4em .8em .4em 0}tr:target{background:#ffe9a8}</style>
</head><body><h1>Error codes of the API</h1>
<p>Every error body is <code>application/problem+json</code> (RFC 9457) and carries one of these in <code>code</code>.</p>
<table><thead><tr><th>Code</th><th>Status</th><th>Title</th><th>Meaning</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></body></html>
`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/`([^`]*)`/g, '<code>$1</code>');
}
