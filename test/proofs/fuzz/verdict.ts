// What an answer may not be, whatever was asked.
import type { FuzzAnswer } from './exchange.js';
import type { SchemaValues } from './schema-values.js';
import type { ErrorShape, ServedOperation } from './served-operations.js';

/** What only the inside of the server says: stacks, files, SQL, messages of libraries. */
const INNARDS =
  /\n\s+at |node_modules|\.[jt]s:\d+|\bSELECT .+ FROM |\bINSERT INTO |\bUPDATE .+ SET |syntax error at or near|violates .+ constraint|invalid input syntax|invalid byte sequence|out of range for type|QueryFailedError|Cannot read propert|is not a function|is not iterable|Converting circular|call stack|Unexpected token .* in JSON|FST_ERR|ERR_[A-Z]+_/;

/** What Node's parser refuses before the path counts for anything, in the words of the native API. */
const BEFORE_ROUTING = new Set([400, 408, 413, 417, 431]);

const PYFARM = /^\/api\/v1\/(tags|agents)(\/|$)/;

/** Judges answers by the document. */
export class Verdict {
  private readonly allShapes: readonly ErrorShape[];
  private readonly problem: ErrorShape;

  constructor(
    private readonly schemas: SchemaValues,
    operations: readonly ServedOperation[],
  ) {
    this.allShapes = operations.flatMap(({ errorShapes }) => errorShapes);
    const problem = this.allShapes.find(({ mediaType }) => mediaType === 'application/problem+json');
    if (!problem) throw new Error('The document has no problem+json.');
    this.problem = problem;
  }

  /** What is wrong with an answer to `operation`; null when nothing is. `isOnPath` false: another API may have answered. */
  of(
    answer: FuzzAnswer,
    operation: ServedOperation,
    { isOnPath, isHead }: { isOnPath: boolean; isHead: boolean },
  ): string | null {
    // 501 is an answer that somebody decided on: an original refuses an operation with it.
    if (answer.status >= 500 && answer.status !== 501) return 'a fault of the server';
    if (answer.status < 400) return null;
    if (INNARDS.test(answer.body)) return `the inside of the server shows: ${INNARDS.exec(answer.body)?.[0] ?? ''}`;
    if (isHead) return null;
    if (BEFORE_ROUTING.has(answer.status) && this.hasShape(answer, this.problem)) return null;
    // Its original words errors as pages of HTML when the request was not JSON.
    const { headers, body } = answer;
    if (
      PYFARM.test(operation.path) &&
      headers.get('content-type')?.startsWith('text/html') === true &&
      /^<!doctype html>/i.test(body)
    )
      return null;
    const own = isOnPath ? operation.errorShapes : this.allShapes;
    // Whatever an operation says of itself, it can be refused in the words of the native API.
    const shapes = own.length > 0 && !operation.path.startsWith('/api/v2/') ? own : [...own, this.problem];
    return shapes.some((shape) => this.hasShape(answer, shape)) ? null : 'an error in no shape that its API documents';
  }

  private hasShape({ headers, body, status }: FuzzAnswer, { mediaType, schema }: ErrorShape): boolean {
    if (headers.get('content-type')?.split(';')[0]?.toLowerCase() !== mediaType) return false;
    try {
      const error = JSON.parse(body) as Record<string, unknown>;
      return (
        this.schemas.fits(error, schema) && (mediaType !== 'application/problem+json' || error['status'] === status)
      );
    } catch {
      return false;
    }
  }
}
