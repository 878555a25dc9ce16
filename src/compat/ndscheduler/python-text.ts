/** JSON values as ndscheduler's language prints them, because clients show these texts. Pure. */

/**
 * `value` as `json.dumps(value, indent=4, sort_keys=True)` prints it: keys by code point, everything beyond ASCII escaped, floats with
 * Python's exponents. `value` is JSON.
 */
export function dumpJson(value: unknown): string {
  return dump(value, '\n');
}

function dump(value: unknown, newline: string): string {
  const inner = `${newline}    `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[${inner}${value.map((item) => dump(item, inner)).join(`,${inner}`)}${newline}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => byCodePoint(a, b));
    if (entries.length === 0) return '{}';
    const lines = entries.map(([key, item]) => `${asciiString(key)}: ${dump(item, inner)}`);
    return `{${inner}${lines.join(`,${inner}`)}${newline}}`;
  }
  if (typeof value === 'string') return asciiString(value);
  return typeof value === 'number' ? pythonNumber(value) : JSON.stringify(value);
}

/** `value` as `repr` prints it: single quotes, `None`, `True`. `value` is JSON. */
export function pythonRepr(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'number') return pythonNumber(value);
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, item]) => `${pythonRepr(key)}: ${pythonRepr(item)}`)
      .join(', ')}}`;
  return quoted(typeof value === 'string' ? value : '');
}

/** An instant as `isoformat()` prints it in UTC: microseconds only where there are any. */
export function pythonTime(at: Date): string {
  const text = at.toISOString();
  return `${text.endsWith('.000Z') ? text.slice(0, -5) : `${text.slice(0, -1)}000`}+00:00`;
}

/** The same always with microseconds, of which JavaScript knows three digits. */
export function pythonTimeWithMicroseconds(at: Date): string {
  return `${at.toISOString().slice(0, -1)}000+00:00`;
}

/** Whole numbers as integers; others as the shortest text that reads back the same, with an exponent below 1e-4 and from 1e16 on. */
function pythonNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return BigInt(value).toString();
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 16) return plainDecimal(digits, power);
  const size = String(Math.abs(power)).padStart(2, '0');
  return `${digits}e${power < 0 ? '-' : '+'}${size}`;
}

function plainDecimal(mantissa: string, power: number): string {
  const sign = mantissa.startsWith('-') ? '-' : '';
  const digits = mantissa.replace('-', '').replace('.', '');
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${digits}`;
  return `${sign}${digits.slice(0, power + 1)}.${digits.slice(power + 1)}`;
}

function asciiString(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Python prefers single quotes, and takes double ones for a text that holds only single ones. */
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return quote + escaped + quote;
}

/** JavaScript compares UTF-16 units, which puts characters beyond the first plane before some of it. */
function byCodePoint(a: string, b: string): number {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
