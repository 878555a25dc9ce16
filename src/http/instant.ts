const ISO = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|z|[+\- ]\d\d:?\d\d)$/;

/**
 * An ISO 8601 instant with an offset (`2026-03-29T01:30:00+01:00`, seconds optional, fractions cut to milliseconds), or null.
 * Dates that do not exist (30 February) are null, not rolled over. A blank before the offset is read as `+`, because that is
 * what an unescaped `+` becomes in a query string.
 */
export function parseInstant(text: string): Date | null {
  const found = ISO.exec(text);
  if (!found) return null;
  const part = (index: number): number => Number(found[index] ?? 0);
  const [year, month, day] = [part(1), part(2), part(3)];
  const [hour, minute, second] = [part(4), part(5), part(6)];
  const milliseconds = Number((found[7] ?? '').padEnd(3, '0').slice(0, 3));
  const offsetMinutes = parseOffset(found[8] ?? 'Z');
  if (hour > 23 || minute > 59 || second > 59 || offsetMinutes === null) return null;
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  if (local.getUTCMonth() !== month - 1 || local.getUTCDate() !== day) return null;
  local.setUTCHours(hour, minute, second, milliseconds);
  return new Date(local.getTime() - offsetMinutes * 60_000);
}

function parseOffset(text: string): number | null {
  if (text.toUpperCase() === 'Z') return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(-2));
  if (hours > 23 || minutes > 59) return null;
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
