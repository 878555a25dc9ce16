import { invalidField } from '../kernel/domain-error.js';

// ICU knows these besides the IANA names. They are ambiguous (BST is Dhaka there, IST Kolkata), so nobody may rely on them.
const ICU_ONLY = new Set(
  'ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST'.split(' '),
);

const LONGEST_NAME = 64;

const checked = new Map<string, string>();

/**
 * The name under which a time zone is stored: an IANA name or alias of this Node's Intl, as written except for the case of
 * letters where Intl tells the right one. Aliases stay (`Asia/Kolkata` is not turned into `Asia/Calcutta`).
 * @throws DomainError `invalid_input` with `unknown_zone` at `field`
 */
export function normaliseZone(timeZone: string, field = '/timeZone'): string {
  const known = checked.get(timeZone);
  if (known !== undefined) return known;
  const shown = JSON.stringify(timeZone.slice(0, LONGEST_NAME));
  if (timeZone.length > LONGEST_NAME) throw unknown(field, shown);
  if (/^[+-]?\d/.test(timeZone)) {
    throw invalidField(
      field,
      'unknown_zone',
      `timeZone: ${shown} is an offset, not a zone; give an IANA name such as "Europe/Berlin", or "Etc/GMT-2" for two hours ahead of UTC`,
    );
  }
  const resolved = resolve(timeZone);
  if (resolved === null) throw unknown(field, shown);
  const name = resolved.toLowerCase() === timeZone.toLowerCase() ? resolved : timeZone;
  // Only names that Intl resolves get here, but each may be written in many mixes of case: keep the usual ones.
  if (checked.size < 2000) checked.set(timeZone, name);
  return name;
}

/** Whether `normaliseZone` accepts the name. */
export function isKnownZone(timeZone: string): boolean {
  return checked.has(timeZone) || (timeZone.length <= LONGEST_NAME && resolve(timeZone) !== null);
}

function resolve(timeZone: string): string | null {
  const upper = timeZone.toUpperCase();
  if (ICU_ONLY.has(upper) || upper.startsWith('SYSTEMV/') || /^[+-]?\d/.test(timeZone)) return null;
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return null; // RangeError is how Intl says that it does not know the name
  }
}

function unknown(field: string, shown: string): Error {
  return invalidField(
    field,
    'unknown_zone',
    `timeZone: ${shown} is not a known IANA time zone; give a name such as "Europe/Berlin", "America/New_York" or "UTC"`,
  );
}
