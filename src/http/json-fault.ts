/** In longer bodies the place of a fault is only told when V8 tells it: finding it takes some twenty parses. */
const SEARCHED_CHARACTERS = 65_536;

/**
 * What is wrong with a text that `JSON.parse` refused, and where: `Unexpected token 'x' at line 2, column 5`. Never repeats more
 * of the text than one token.
 */
export function describeJsonFault(text: string, error: SyntaxError): string {
  const named = /^(.*?) (?:in JSON )?at position (\d+)/s.exec(error.message);
  const what = (named?.[1] ?? error.message.split(',')[0] ?? 'Not JSON').slice(0, 80);
  const position = named ? Number(named[2]) : text.length <= SEARCHED_CHARACTERS ? firstFault(text) : null;
  if (position === null) return what;
  const before = text.slice(0, position).split('\n');
  return `${what} at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

/** The position of the first character that cannot be there: beginnings up to it lack only an end, those beyond it are wrong. */
function firstFault(text: string): number {
  let possible = 0;
  let wrong = text.length + 1;
  while (wrong - possible > 1) {
    const middle = (possible + wrong) >> 1;
    if (lacksOnlyAnEnd(text.slice(0, middle))) possible = middle;
    else wrong = middle;
  }
  return possible;
}

function lacksOnlyAnEnd(start: string): boolean {
  try {
    JSON.parse(start);
    return true;
  } catch (error) {
    const { message } = error as SyntaxError;
    return /end of JSON|Unterminated string/.test(message) || message.includes(`at position ${start.length}`);
  }
}
