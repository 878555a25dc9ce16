import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { piecesOf, splitBytes, storable } from './text-pieces.js';

const text = fc.string({ unit: 'binary', maxLength: 200 });

describe('pieces of text', () => {
  it('join to the whole, are small enough, and split no code point', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 50 }), (whole, maxBytes) => {
        const pieces = piecesOf(whole, maxBytes);
        expect(pieces.join('')).toBe(whole);
        for (const piece of pieces) {
          expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(maxBytes);
          expect(piece).not.toBe('');
        }
      }),
    );
  });

  it('split off a prefix that is as long as it can be', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 100 }), (whole, maxBytes) => {
        const [head, rest] = splitBytes(whole, maxBytes);
        expect(head + rest).toBe(whole);
        expect(Buffer.byteLength(head)).toBeLessThanOrEqual(maxBytes);
        const [next = ''] = rest;
        if (rest !== '') expect(Buffer.byteLength(head + next)).toBeGreaterThan(maxBytes);
      }),
    );
    expect(splitBytes('a€', 3)).toEqual(['a', '€']);
  });
});

describe('storable text', () => {
  it('has no U+0000 and no half surrogate pairs', () => {
    expect(storable('a\0b\ud800c😀')).toBe('a\uFFFDb\uFFFDc😀');
  });
});
