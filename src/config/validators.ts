import { isIP } from 'node:net';
import { makeValidator } from 'envalid';

/** A whole number within `min` and `max`, both inclusive. */
export const whole = (min: number, max: number) =>
  makeValidator<number>((text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max) {
      throw new Error(`${JSON.stringify(text)} is not a whole number from ${min} to ${max}`);
    }
    return value;
  });

/** `true` or `false` and their usual spellings. */
export const truth = makeValidator<boolean>((text) => {
  const known: Record<string, boolean> = {
    true: true,
    yes: true,
    on: true,
    1: true,
    false: false,
    no: false,
    off: false,
    0: false,
  };
  const value = known[text.toLowerCase()];
  if (value === undefined) throw new Error(`${JSON.stringify(text)} is neither true nor false`);
  return value;
});

/** A `postgres://` URL. The message never repeats the value, because it holds a password. */
export const postgresUrl = makeValidator<string>((text) => {
  let protocol = '';
  try {
    protocol = new URL(text).protocol;
  } catch {
    throw new Error('the value is not a URL; expected postgres://user:password@host:port/database');
  }
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') {
    throw new Error(`the URL begins with ${protocol}//; expected postgres://user:password@host:port/database`);
  }
  return text;
});

/** An http or https URL. The message never repeats the value, because webhooks have their secret in the path. */
export const webUrl = makeValidator<string>((text) => {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new Error('the value is not a URL; expected https://host/path');
});

/** An IANA time zone. Only `UTC` and names with a slash: Intl also knows abbreviations, which mean several zones. */
export const timeZone = makeValidator<string>((text) => {
  if (text === 'UTC' || (text.includes('/') && isKnownToIntl(text))) return text;
  throw new Error(`${JSON.stringify(text)} is not an IANA time zone such as Europe/Madrid, nor UTC`);
});

function isKnownToIntl(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // RangeError is how Intl says that it does not know the name
  }
}

/** An IP address or a host name to listen on. */
export const host = makeValidator<string>((text) => {
  if (isIP(text) === 0 && !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(text)) {
    throw new Error(`${JSON.stringify(text)} is neither an IP address nor a host name`);
  }
  return text;
});

/** A comma-separated list, blanks trimmed, empty entries dropped, each entry matched against `pattern`. */
export const list = (pattern: RegExp, expected: string) =>
  makeValidator<readonly string[]>((text) => {
    const items = text.split(',').map((item) => item.trim());
    const wanted = items.filter((item) => item !== '');
    const bad = wanted.find((item) => !pattern.test(item));
    if (bad !== undefined) throw new Error(`${JSON.stringify(bad)} is not ${expected}`);
    return [...new Set(wanted)];
  });

/** A comma-separated list of IP networks in CIDR notation. A single address is the network of itself. */
export const networks = makeValidator<readonly string[]>((text) => {
  const items = text.split(',').map((item) => item.trim());
  return [...new Set(items.filter((item) => item !== '').map(network))];
});

function network(text: string): string {
  const [address = '', bits, ...rest] = text.split('/');
  const family = address.includes('%') ? 0 : isIP(address);
  const most = family === 4 ? 32 : 128;
  const isValid =
    family !== 0 && rest.length === 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
  if (!isValid)
    throw new Error(`${JSON.stringify(text)} is not a network such as 10.0.0.0/8 or fd00::/8, nor an IP address`);
  return `${address}/${bits ?? most}`;
}

/** The name of a user, with which somebody signs in. No colon: HTTP Basic ends the name there. */
export const USERNAME = /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$/;

/** The name of a tenant. */
export const tenantName = makeValidator<string>((text) => {
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(text)) {
    throw new Error(
      `${JSON.stringify(text)} is no tenant name: 1 to 64 letters, digits, . _ -, the first a letter or digit`,
    );
  }
  return text;
});

/** A user name; see `USERNAME`. */
export const username = makeValidator<string>((text) => {
  if (!USERNAME.test(text)) {
    throw new Error(
      `${JSON.stringify(text)} is no user name: 1 to 64 letters, digits, . _ @ + -, the first a letter or digit`,
    );
  }
  return text;
});

/** The dotted name of a job class. */
export const jobClass = makeValidator<string>((text) => {
  if (!/^[A-Za-z_][\w.:-]{0,299}$/.test(text))
    throw new Error(`${JSON.stringify(text)} is no job class such as noop or reports.daily.DailyReport`);
  return text;
});
