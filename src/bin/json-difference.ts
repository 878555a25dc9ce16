/** The places in which two JSON documents differ, as `+ path` (only in the new one), `- path` (only in the old one), `~ path`. */
export function differences(old: unknown, now: unknown, path = ''): string[] {
  if (isObject(old) && isObject(now)) {
    const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].sort();
    return keys.flatMap((key) => {
      const inner = `${path}/${key.replaceAll('/', '~1')}`;
      if (!(key in old)) return [`+ ${inner}`];
      if (!(key in now)) return [`- ${inner}`];
      return differences(old[key], now[key], inner);
    });
  }
  return JSON.stringify(old) === JSON.stringify(now) ? [] : [`~ ${path || '/'}: ${short(old)} -> ${short(now)}`];
}

/** Arrays count as objects with their indexes as keys. */
function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function short(value: unknown): string {
  const text = (JSON.stringify(value) as string | undefined) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
