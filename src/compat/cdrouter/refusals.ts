import { DomainError, invalidField } from '../../kernel/domain-error.js';

const SHOWN = 80;

/** 404 in the original's words: `no such job`. */
export function noSuch(what: 'job' | 'package' | 'device' | 'config', cause?: unknown): DomainError {
  return new DomainError('not_found', `no such ${what}`, [], { cause });
}

/** 400: names the field, what was given and what would be right. */
export function badField(field: string, given: unknown, right: string): DomainError {
  const text = given === undefined ? 'nothing' : JSON.stringify(given);
  const shown = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return invalidField(field, 'invalid', `${field} is ${shown}; it must be ${right}`);
}
