import { parseJsonBody } from '../../http/json-body.parser.js';
import type { RawBody } from '../../http/raw-body.js';
import { badField } from './refusals.js';
import { isUnsetTime, readTime } from './wire-time.js';

const LARGEST_ID = 9_223_372_036_854_775_807n;

/** An id as clients send it: digits in a text, or a number. Null: it is none. */
export function readId(value: unknown): string | null {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string' || !/^\d{1,19}$/.test(text) || BigInt(text) > LARGEST_ID) return null;
  return BigInt(text).toString();
}

/**
 * An object of a request. The client sends null for whatever is not set, so null is the same as absent everywhere, and fields that nobody asks for are
 * passed over. Every method throws `invalid_input` that names the field.
 */
export class BodyFields {
  constructor(
    private readonly fields: Readonly<Record<string, unknown>>,
    private readonly at = '',
  ) {}

  /** Of a JSON body; no body and `null` are an empty object. */
  static of(body: RawBody | null | undefined): BodyFields {
    const value = body ? parseJsonBody(body.bytes) : undefined;
    return BodyFields.from(value ?? {}, 'the body', '');
  }

  private static from(value: unknown, name: string, at: string): BodyFields {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badField(name, value, 'an object');
    return new BodyFields(value as Record<string, unknown>, at);
  }

  has(name: string): boolean {
    return this.value(name) !== undefined;
  }

  text(name: string, longest = 65_536): string | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || value.length > longest)
      throw badField(this.at + name, value, `a string of at most ${longest} characters`);
    return value;
  }

  texts(name: string): readonly string[] | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value) || !value.every((one) => typeof one === 'string'))
      throw badField(this.at + name, value, 'a list of strings');
    return value;
  }

  flag(name: string): boolean | undefined {
    const value = this.value(name);
    if (value === undefined || typeof value === 'boolean') return value;
    if (typeof value === 'string' && /^(true|false)$/i.test(value)) return value.toLowerCase() === 'true';
    throw badField(this.at + name, value, 'true or false');
  }

  /** Zero and an empty text mean none, as absence does. */
  id(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || value === '') return undefined;
    const id = readId(value);
    if (id === null) throw badField(this.at + name, value, 'an id: digits, as a string or a number');
    return id === '0' ? undefined : id;
  }

  /** An integer, printed as digits. */
  count(name: string): string | undefined {
    const value = this.value(name);
    if (value === undefined || value === '') return undefined;
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || !/^-?\d{1,15}$/.test(text)) throw badField(this.at + name, value, 'an integer');
    return String(Number(text));
  }

  /** The zero time means none. */
  time(name: string): Date | undefined {
    const value = this.value(name);
    if (value === undefined || value === '') return undefined;
    const instant = typeof value === 'string' ? readTime(value) : null;
    if (instant === null || instant.getUTCFullYear() > 9999)
      throw badField(this.at + name, value, 'an RFC 3339 instant, such as 2026-11-22T08:00:00Z');
    return isUnsetTime(instant) ? undefined : instant;
  }

  object(name: string): BodyFields {
    const value = this.value(name);
    const at = this.at + name;
    return value === undefined ? new BodyFields({}, `${at}.`) : BodyFields.from(value, at, `${at}.`);
  }

  objects(name: string, most: number): readonly BodyFields[] | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const at = this.at + name;
    if (!Array.isArray(value)) throw badField(at, value, 'a list of objects');
    if (value.length > most) throw badField(`the length of ${at}`, value.length, `at most ${most}`);
    return value.map((one: unknown, i) => BodyFields.from(one, `${at}[${i}]`, `${at}[${i}].`));
  }

  private value(name: string): unknown {
    return Object.hasOwn(this.fields, name) ? (this.fields[name] ?? undefined) : undefined;
  }
}
