import type { Execution } from './execution.entity.js';
import type { ExecutionState } from './execution.state.js';

/** An execution with the changing part of an unfinished one laid over its row. */
export interface ExecutionView extends Omit<Execution, 'tenantId' | 'state' | 'interfaces' | 'annotations'> {
  readonly state: ExecutionState;
  readonly jobName: string;
  readonly interfaces: readonly string[];
  readonly runAt: Date;
  readonly updatedAt: Date;
  readonly progressPercent: number | null;
  readonly progressMessage: string | null;
  /** `scheduledFor` with the database's microseconds, for cursors. */
  readonly sortKey: string;
}

/** A stored piece of output. */
export interface StoredLogPiece {
  readonly attempt: number;
  readonly seq: number;
  readonly stream: 'stdout' | 'stderr' | 'log';
  readonly at: Date;
  readonly text: string;
}
