// How Python prints values: PyFarm's error texts show them, and programs and people have learned to read them.

/** `repr()` of a string: single quotes unless only they occur in it; what cannot be printed is escaped. */
export function reprOf(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = [...text].map((character) => {
    if (character === quote || character === '\\') return `\\${character}`;
    const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
    if (short !== undefined) return short;
    return /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(character) ? numeric(character.codePointAt(0) ?? 0) : character;
  });
  return quote + escaped.join('') + quote;
}

/** A set, its members printed already. Python's order is arbitrary; ours is sorted. */
export function setOf(printed: readonly string[]): string {
  return `{${[...printed].sort().join(', ')}}`;
}

/** The name of the Python type that a JSON value becomes. */
export function typeNameOf(value: unknown): string {
  if (value === null) return 'NoneType';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'string') return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return 'dict';
}

function numeric(code: number): string {
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
