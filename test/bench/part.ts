import type { Bench } from './bench.js';
import type { PartResult } from './report.js';

/** One row of issue 8's table, to be measured by itself. */
export interface Part {
  /** The word for `--parts`. */
  readonly name: string;
  /** For `--help`. */
  readonly about: string;
  run(bench: Bench): Promise<PartResult>;
}
