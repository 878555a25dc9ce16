/** Most characters of one printed value: a client's megabyte is not sent back to it. */
const LONGEST = 500;

/**
 * A JSON value as Python's `repr` prints it (`None`, `True`, `'it'`, `"it's"`, `{'a': [1]}`), because the original puts it into its
 * messages. Numbers without a fraction print as integers: JSON's `5.0` reads the same as `5` here, in Python it does not.
 */
export function pythonRepr(value: unknown): string {
  const text = reprOf(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function reprOf(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return numberRepr(value);
  if (typeof value === 'string') return stringRepr(value);
  if (Array.isArray(value)) return `[${value.map(reprOf).join(', ')}]`;
  const entries = Object.entries(value).map(([key, inner]) => `${stringRepr(key)}: ${reprOf(inner)}`);
  return `{${entries.join(', ')}}`;
}

/** Python writes at least two digits into an exponent: `1e-07`. */
function numberRepr(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 2 ** 63) return BigInt(value).toString();
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}

/** Single quotes, unless the text has some and no double ones; what does not print is escaped. */
function stringRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const body = Array.from(text, (character) => characterRepr(character, quote)).join('');
  return quote + body + quote;
}

function characterRepr(character: string, quote: string): string {
  if (character === quote || character === '\\') return `\\${character}`;
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  if (character === ' ' || !/[\p{C}\p{Z}]/u.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code < 0x1_0000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
}
