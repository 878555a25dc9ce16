/** The largest piece of output that an observer gets, in bytes of UTF-8. */
export const MAX_PIECE_BYTES = 16 * 1024;

const UNSTORABLE = /[\0\p{Surrogate}]/gu;

/** Text that PostgreSQL can store: no U+0000 and no half surrogate pairs, each replaced by U+FFFD. */
export function storable(text: string): string {
  return text.replace(UNSTORABLE, '\uFFFD');
}

/**
 * The longest prefix of `text` that fits into `maxBytes` of UTF-8 without splitting a code point, and the rest. A prefix
 * can be empty when the first code point alone is too large.
 */
export function splitBytes(text: string, maxBytes: number): [head: string, rest: string] {
  // One UTF-16 unit is at most three bytes of UTF-8, so most texts need no counting.
  if (text.length * 3 <= maxBytes) return [text, ''];
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return [text, ''];
  const end = codePointStart(bytes, maxBytes);
  return [bytes.toString('utf8', 0, end), bytes.toString('utf8', end)];
}

/** `text` in pieces of at most `maxBytes` of UTF-8 (at least 4), none of which splits a code point. */
export function piecesOf(text: string, maxBytes: number = MAX_PIECE_BYTES): string[] {
  if (text.length * 3 <= maxBytes) return text === '' ? [] : [text];
  const bytes = Buffer.from(text);
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = codePointStart(bytes, Math.min(start + maxBytes, bytes.length));
    pieces.push(bytes.toString('utf8', start, end));
    start = end;
  }
  return pieces;
}

/** The nearest position at or before `end` where a code point starts: bytes of the form 10xxxxxx continue one. */
function codePointStart(bytes: Buffer, end: number): number {
  let position = end;
  while (position > 0 && position < bytes.length && ((bytes[position] ?? 0) & 0xc0) === 0x80) position--;
  return position;
}
