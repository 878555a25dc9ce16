/** The way from a user-class child back to the executor. */
import { writeSync } from 'node:fs';
import { ANSWER_FD, type ChildAnswer } from '../../executor/child-protocol.js';

/** UTF-16 units in one output answer, so that a huge text does not become one huge line. */
const MAX_TEXT = 64 * 1024;

/** Writes one answer and returns when the executor's end of the pipe has it. Exits when there is no executor any more. */
export function answer(message: ChildAnswer): void {
  let bytes = Buffer.from(`${JSON.stringify(message)}\n`);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(writeSync(ANSWER_FD, bytes));
  } catch {
    process.kill(0, 'SIGKILL'); // our whole group: nobody is left to take care of it
  }
}

/** Answers with output of a run, in several pieces when it is long. */
export function answerOutput(run: number, stream: 'stdout' | 'stderr' | 'log', text: string): void {
  for (let start = 0; start < text.length;) {
    let end = Math.min(start + MAX_TEXT, text.length);
    if (end < text.length && isHighSurrogate(text.charCodeAt(end - 1))) end++;
    answer({ kind: 'output', run, stream, text: text.slice(start, end) });
    start = end;
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
