import { DomainError, type ErrorCode } from '../../kernel/domain-error.js';

/**
 * A refusal in PyFarm's own words. The original has two kinds: what a handler answers itself is always JSON; what is aborted on the
 * way to it (bodies, columns, types) becomes a page of HTML when the request names a content type that is not JSON.
 */
export class PyfarmRefusal extends DomainError {
  constructor(
    code: ErrorCode,
    message: string,
    readonly isAlwaysJson: boolean,
  ) {
    super(code, message);
  }
}

/** A 400 on the way to the handler. */
export function aborted(message: string): PyfarmRefusal {
  return new PyfarmRefusal('invalid_input', message, false);
}

/** A 400 of the handler itself. */
export function refused(message: string): PyfarmRefusal {
  return new PyfarmRefusal('invalid_input', message, true);
}

/** A 404 of the handler itself. */
export function missing(message: string): PyfarmRefusal {
  return new PyfarmRefusal('not_found', message, true);
}
