const HIDDEN = '[hidden]';

/** Parts of names whose values are secrets, in small letters without separators. */
const SECRET_PARTS =
  /password|passwd|passphrase|secret|token|authorization|credential|cookie|(api|access|private|signing|encryption)key/;
/** Names that are secret as a whole only: within other words they mean nothing. */
const SECRET_NAMES = ['auth', 'pass', 'pwd', 'jwt', 'bearer', 'pem'];
/** The shell's working folders. */
const HARMLESS_NAMES = ['PWD', 'OLDPWD'];

const NAMES_IN_TEXT =
  'password|passwd|passphrase|_pwd|secret|token|authorization|credentials?|cookie|(?:api|access|private|signing|encryption)[-_]?key';
/** A quoted text, a quoted text within a quoted text, or all up to the next separator. */
const VALUE = `"(?:[^"\\\\]|\\\\.)*"|\\\\"(?:[^"\\\\]|\\\\[^"])*\\\\"|'[^']*'|[^\\s"',;&}\\\\]+`;

/** Every repetition ends at a character that begins the next try, or is bounded: a long text costs no more than its length. */
const PATTERNS: readonly (readonly [RegExp, string | ((...groups: string[]) => string)])[] = [
  // Passwords in URLs: postgres://user:secret@host
  [/(\b[a-z][a-z0-9+.-]{0,30}:\/\/[^\s:/@]*):[^\s@/]+@/gi, `$1:${HIDDEN}@`],
  [/\b(Bearer|Basic)\s+[\w+/=.~-]{4,}/gi, `$1 ${HIDDEN}`],
  // Other schemes are words like any other, so they count only where a scheme is expected.
  [/\b(authorization["']?\s*[:=]\s*["']?(?!Bearer|Basic)[\w-]+)\s+[\w+/=.~-]{4,}/gi, `$1 ${HIDDEN}`],
  [
    new RegExp(`((?:${NAMES_IN_TEXT})[\\w.-]{0,40}\\\\?["']?\\s{0,5}[:=]\\s{0,5})(${VALUE})`, 'gi'),
    (_all: string, name: string, value: string) => `${name}${hiddenAs(value)}`,
  ],
];

/** `text` without passwords in URLs, credentials in headers and values of fields that are named like a secret. */
export function hideSecrets(text: string): string {
  return PATTERNS.reduce((hidden, [pattern, replacement]) => hidden.replace(pattern, replacement as string), text);
}

/** True for names of fields, headers and variables whose value should not be shown: `db_password`, `X-Api-Key`, `clientSecret`. */
export function isSecretName(name: string): boolean {
  if (HARMLESS_NAMES.includes(name)) return false;
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return SECRET_PARTS.test(plain) || SECRET_NAMES.includes(plain);
}

/** Keeps the quotes, so that what was JSON stays JSON. */
function hiddenAs(value: string): string {
  const quote = /^(\\?"|')/.exec(value)?.[0] ?? '';
  return `${quote}${HIDDEN}${quote}`;
}
