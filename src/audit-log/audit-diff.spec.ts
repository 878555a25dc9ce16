import { describe, expect, it } from 'vitest';
import { auditDiff } from './audit-diff.js';

describe('auditDiff', () => {
  it('keeps only the fields that differ', () => {
    expect(auditDiff({ a: 1, b: [1, 2], c: 'x', gone: true }, { a: 1, b: [2, 1], c: 'x', fresh: null })).toEqual({
      before: { b: [1, 2], gone: true },
      after: { b: [2, 1], fresh: null },
    });
  });

  it('does not take another order of keys, or a Date for its text, for a change', () => {
    const at = new Date('2026-01-01T00:00:00Z');
    expect(
      auditDiff({ p: { a: 1, b: { c: 1, d: 2 } }, at }, { p: { b: { d: 2, c: 1 }, a: 1 }, at: at.toISOString() }),
    ).toEqual({ before: {}, after: {} });
  });

  it('keeps everything of a creation and of a deletion', () => {
    expect(auditDiff(null, { a: 1 })).toEqual({ before: null, after: { a: 1 } });
    expect(auditDiff({ a: 1 }, undefined)).toEqual({ before: { a: 1 }, after: null });
  });

  it('shortens what is over 8 KiB visibly and does not cut a character in half', () => {
    const { after } = auditDiff(null, { small: 'x'.repeat(8000), large: '😀'.repeat(5000) });
    expect(after?.small).toHaveLength(8000);
    expect(after?.large).toEqual({
      shortened: true,
      bytes: 20_002,
      start: expect.stringMatching(/^"(😀)+$/u) as string,
    });
  });
});
