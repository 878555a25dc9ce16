import type { ClaimedRun, WorkQueue } from '../executions/work-queue.service.js';
import type { QueueDirectory } from './queue-directory.js';

/**
 * One claim of up to `limit` runs for an agent, from the queues that `directory` names, and what it teaches the directory about them. When it
 * fails the queues count as waiting still.
 */
export async function claimRound(
  queue: Pick<WorkQueue, 'claim'>,
  directory: QueueDirectory,
  agentId: string,
  limit: number,
): Promise<ClaimedRun[]> {
  const { queues, tenants } = directory.next();
  // With several tenants waiting none gets the whole batch; what is left over goes to whoever the next claim finds.
  const perQueue = Math.max(1, Math.ceil(limit / tenants));
  const ids = queues.map(({ id }) => id);
  directory.isEmpty(ids);
  let runs: ClaimedRun[];
  try {
    runs = await queue.claim(agentId, queues, perQueue, limit);
  } catch (error) {
    directory.mayHaveWork(ids);
    throw error;
  }
  const taken = new Map<number, number>();
  for (const run of runs) taken.set(run.queueId, (taken.get(run.queueId) ?? 0) + 1);
  // A queue that gave less than it might have is empty; when the batch was full, nobody knows.
  const full = runs.length === limit;
  directory.mayHaveWork(
    ids.filter((id) => (full && taken.has(id)) || (taken.get(id) ?? 0) >= perQueue || (full && tenants > 1)),
  );
  for (const run of runs) directory.serve(run.tenantId, 1);
  return runs;
}
