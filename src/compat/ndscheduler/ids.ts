import { DomainError } from '../../kernel/domain-error.js';
import { parseId } from '../../kernel/ids.js';

/** What clients look up, in the original's words. */
export type Noun = 'Job' | 'Execution';

const LONGEST_SHOWN = 100;

/** The id in a path, 32 hex digits or dashed. Throws `not_found` for anything else, in the words for an unknown one. */
export function idOf(noun: Noun, text: string): string {
  const id = parseId(text);
  if (id === null) throw notFoundAs(noun, text);
  return id;
}

/** `work` with a `not_found` put into the original's words, which repeat the id as it was sent. */
export async function lookUp<T>(noun: Noun, text: string, work: (id: string) => Promise<T>): Promise<T> {
  try {
    return await work(idOf(noun, text));
  } catch (error) {
    throw error instanceof DomainError && error.code === 'not_found' ? notFoundAs(noun, text) : error;
  }
}

function notFoundAs(noun: Noun, text: string): DomainError {
  const shown = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  return new DomainError('not_found', `${noun} not found: ${shown}`);
}
