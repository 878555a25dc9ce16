import { DomainError, type FieldError } from '../kernel/domain-error.js';

/** Collects what several checks of one input refuse, so that the caller hears of every problem at once. */
export class InputProblems {
  private readonly found: FieldError[] = [];

  /** The result of `read`, or undefined after noting the `invalid_input` that it threw. Other errors pass through. */
  attempt<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid_input') throw error;
      this.found.push(...error.fields);
      return undefined;
    }
  }

  add(field: string, code: string, message: string): void {
    this.found.push({ field, code, message });
  }

  /** @throws DomainError `invalid_input` with every problem noted so far, if there is one */
  throwIfAny(): void {
    if (this.found.length === 0) return;
    throw new DomainError('invalid_input', this.found.map((problem) => problem.message).join('; '), this.found);
  }
}
