import type { ClaimedRun, WorkQueue } from '../executions/work-queue.service.js';
import type { QueueDirectory } from './queue-directory.js';

/** A claim that gave nothing because others hold what there is looks again after this long. */
export const LOOK_AGAIN_MS = 20;

/** What one claim gave. */
export interface ClaimRound {
  readonly runs: ClaimedRun[];
  /**
   * Only without runs: queues in which another worker is taking, or somebody changing something. Neither tells what it leaves, so
   * they are to be offered to the directory again after `LOOK_AGAIN_MS`.
   */
  readonly contended: readonly number[];
}

/**
 * One claim of up to `limit` runs for an agent, from the queues that `directory` names, and what it teaches the directory about them. When it
 * fails the queues count as waiting still.
 */
export async function claimRound(
  queue: Pick<WorkQueue, 'claimAndLook'>,
  directory: QueueDirectory,
  agentId: string,
  limit: number,
): Promise<ClaimRound> {
  const { queues, tenants } = directory.next();
  // With several tenants waiting none gets the whole batch; what is left over goes to whoever the next claim finds.
  const perQueue = Math.max(1, Math.ceil(limit / tenants));
  const ids = queues.map(({ id }) => id);
  directory.ask(ids);
  try {
    const { runs, more } = await queue.claimAndLook(agentId, queues, perQueue, limit);
    if (runs.length > 0) directory.mayHaveWork(more);
    for (const run of runs) directory.serve(run.tenantId, 1);
    return { runs, contended: runs.length > 0 ? [] : more };
  } catch (error) {
    directory.mayHaveWork(ids);
    throw error;
  } finally {
    directory.answered(ids);
  }
}
