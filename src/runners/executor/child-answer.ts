/**
 * Reads the answers of children. They come from a process in which user code runs, which can write anything to the
 * descriptor; so everything is checked, and what is not an answer of ours is ignored. Pure.
 */
import { MAX_RESULT_BYTES } from '../run-outcome.js';
import type { RunError } from '../runner.js';
import { boundedError } from '../result-json.js';
import type { ChildAnswer, ChildEnd } from './child-protocol.js';

/** The answer in one line, or null when it is none. */
export function parseAnswer(line: string): ChildAnswer | null {
  const value = parseJson(line);
  if (!isObject(value) || typeof value['run'] !== 'number') return null;
  const { kind, run } = value;
  if (kind === 'end') return endOf(run, value);
  if (kind === 'output') {
    const { stream, text } = value;
    if (stream !== 'stdout' && stream !== 'stderr' && stream !== 'log') return null;
    return typeof text === 'string' ? { kind, run, stream, text } : null;
  }
  if (kind === 'progress') {
    const { percent, message } = value;
    return {
      kind,
      run,
      percent: typeof percent === 'number' ? percent : null,
      message: typeof message === 'string' ? message : null,
    };
  }
  return null;
}

function endOf(run: number, { resultJson, error, isClean }: Record<string, unknown>): ChildEnd | null {
  if (typeof resultJson !== 'string' || Buffer.byteLength(resultJson) > MAX_RESULT_BYTES) return null;
  if (parseJson(resultJson) === undefined) return null;
  return { kind: 'end', run, resultJson, error: errorIn(error), isClean: isClean === true };
}

function errorIn(value: unknown): RunError | null {
  if (!isObject(value)) return null;
  const { type, message, stack } = value;
  const error: RunError = { type: String(type), message: String(message) };
  if (typeof stack === 'string') error.stack = stack;
  return boundedError(error);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
