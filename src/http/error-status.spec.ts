import { describe, expect, it } from 'vitest';
import { DomainError, ERROR_CODES, type ErrorCode } from '../kernel/domain-error.js';
import { NATIVE_STATUS, PROBLEM_TITLES } from './error-status.js';
import { problemExamples } from './problem-examples.js';
import { problemOf } from './problem.js';
import { problemsPage } from './problems-page.js';

const CODES = Object.keys(ERROR_CODES) as ErrorCode[];

describe('the error codes', () => {
  it('have a status, a title and an example each, and there are no others', () => {
    for (const table of [NATIVE_STATUS, PROBLEM_TITLES, problemExamples()])
      expect(Object.keys(table).sort()).toEqual([...CODES].sort());
  });

  it.each(CODES)('%s is explained on the page that its problems point to', (code) => {
    const { type, status } = problemOf(new DomainError(code, 'x'), { path: '/', requestId: 'r' });
    expect(type).toBe(`/docs/problems#${code}`);
    expect(problemsPage()).toContain(`<tr id="${code}"><td><code>${code}</code></td><td>${status}</td>`);
  });
});
