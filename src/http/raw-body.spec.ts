import { describe, expect, it } from 'vitest';
import { rawBodyOf } from './raw-body.js';

describe('rawBodyOf', () => {
  it.each([
    ['Application/JSON; charset=utf-8', 'application/json'],
    ['text/plain', 'text/plain'],
    ['', undefined],
    [undefined, undefined],
  ])('reads %j as the media type %j', (contentType, mediaType) => {
    expect(rawBodyOf(contentType, Buffer.from('x'))).toEqual({ contentType, mediaType, bytes: Buffer.from('x') });
  });
});
