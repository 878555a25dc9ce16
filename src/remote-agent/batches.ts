/** What JSON adds around a list, and some more. */
const FRAME_BYTES = 512;

/** Cuts a list into parts of at most `most` entries whose JSON fits into `maxBytes` each; an entry that is too large alone is a part alone. */
export function batches<T>(items: readonly T[], most: number, maxBytes: number): T[][] {
  const parts: T[][] = [];
  let part: T[] = [];
  let bytes = FRAME_BYTES;
  for (const item of items) {
    const size = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (part.length > 0 && (part.length >= most || bytes + size > maxBytes)) {
      parts.push(part);
      part = [];
      bytes = FRAME_BYTES;
    }
    part.push(item);
    bytes += size;
  }
  return part.length > 0 ? [...parts, part] : parts;
}
