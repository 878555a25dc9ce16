/** A body that nobody has looked at yet, for routes that declare `readsRaw`. `undefined` in its place: the request has none. */
export interface RawBody {
  /** The media type without its parameters, in lower case; undefined: the request does not name one. */
  readonly mediaType: string | undefined;
  /** The header as it was sent. */
  readonly contentType: string | undefined;
  readonly bytes: Buffer;
}

/** Wraps the bytes of a body with what its `Content-Type` says. */
export function rawBodyOf(contentType: string | undefined, bytes: Buffer): RawBody {
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase();
  return {
    mediaType: mediaType === '' ? undefined : mediaType,
    contentType,
    bytes,
  };
}
