import type { RawBody } from '../../http/raw-body.js';
import { refuseUnstorable } from '../../http/storable.js';
import { aborted, PyfarmRefusal } from './pyfarm-refusal.js';
import { reprOf, typeNameOf } from './python-repr.js';

const JSON_TYPE = 'application/json';
/** Bodies of these types PyFarm does not look at (application.py, `IGNORED_MIMETYPES`). */
const IGNORED = ['application/x-www-form-urlencoded', 'multipart/form-data', 'application/zip', 'text/csv'];

/** A JSON object. */
export type Fields = Readonly<Record<string, unknown>>;

/** The body of a request as it came, and the type that the request names for it: a request may name one and have no body. */
export interface SentBody {
  readonly raw: RawBody | null | undefined;
  readonly contentType: string | undefined;
}

/**
 * The JSON of a request; undefined: it has none. Throws as PyFarm aborts before any handler: 400 for what is no JSON, 415 for a
 * body of another type.
 */
export function decodeBody({ raw, contentType }: SentBody): unknown {
  const type = mediaTypeOf(contentType);
  const bytes = raw?.bytes ?? Buffer.alloc(0);
  if (type === JSON_TYPE) {
    if (bytes.length === 0) throw aborted('no data to decode');
    const value = parse(bytes);
    refuseUnstorable(value);
    return value;
  }
  if (IGNORED.includes(type) || bytes.length === 0) return undefined;
  throw unsupported(`Unsupported media type ${reprOf(type)}`);
}

/** The JSON object of a request to a route that takes nothing else. Throws like `decodeBody`, 415 without a type, 400 for other JSON. */
export function readFields(sent: SentBody): Fields {
  const value = decodeBody(sent);
  if (mediaTypeOf(sent.contentType) !== JSON_TYPE)
    throw unsupported(`Unsupported mimetype, only {'${JSON_TYPE}'} mimetype(s) are supported.`);
  if (!isFields(value)) throw aborted(`dictionary expected but got ${typeNameOf(value)} instead`);
  return value;
}

/** Whether a value is a JSON object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** In lower case and without parameters; empty: none. */
export function mediaTypeOf(contentType: string | undefined): string {
  return contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch {
    throw aborted('failed to decode json');
  }
}

function unsupported(message: string): PyfarmRefusal {
  return new PyfarmRefusal('unsupported_media_type', message, false);
}
