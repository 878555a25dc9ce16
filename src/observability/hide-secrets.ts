const HIDDEN = '[hidden]';

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // Passwords in URLs: postgres://user:secret@host
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/gi, `$1:${HIDDEN}@`],
  [/\b(Bearer|Basic)\s+[\w+/=.~-]{4,}/gi, `$1 ${HIDDEN}`],
  [
    /\b(authorization|cookie|set-cookie|x-api-key|password|passwd|secret|token)(["']?\s*[:=]\s*)(["']?)[^\s"',;}]+\3/gi,
    `$1$2$3${HIDDEN}$3`,
  ],
];

/** `text` without passwords in URLs, credentials in headers and values of fields that are named like a secret. */
export function hideSecrets(text: string): string {
  return PATTERNS.reduce((hidden, [pattern, replacement]) => hidden.replace(pattern, replacement), text);
}
