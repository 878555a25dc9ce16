/** Reads offsets from Intl. Slow (about 2 µs a call on 2 cores, November 2026): only for filling the cache of a zone. */

const OFFSET = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/;

/**
 * A function from an instant to the offset of the zone from UTC, in ms, to the second (`Africa/Monrovia` was 44:30 behind
 * until 1972).
 * @throws RangeError for a name that Intl does not know
 */
export function offsetReader(timeZone: string): (atMs: number) => number {
  // `second` keeps the rest of the text as short as Intl allows; the name of the zone is all that is read.
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset', second: 'numeric' });
  return (atMs) => {
    const text = format.format(atMs);
    const match = OFFSET.exec(text);
    if (match === null) throw new Error(`Intl wrote the offset of ${timeZone} as ${JSON.stringify(text)}`);
    const [, sign, hours = '0', minutes = '0', seconds = '0'] = match;
    const size = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
    return sign === '-' ? -size : size;
  };
}
