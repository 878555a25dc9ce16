// The processes of runs, found by what they carry in their environment, wherever they went.
import { environmentValue, listProcesses } from '../../src/runners/executor/process-table.js';

/** A process of a run. */
export interface RunProcess {
  readonly pid: number;
  readonly executionId: string;
  readonly attempt: number;
}

/** All that belong to one of the runs. */
export async function processesOfRuns(ids: ReadonlySet<string>): Promise<RunProcess[]> {
  return (await listProcesses()).flatMap(({ pid }): RunProcess[] => {
    const executionId = environmentValue(pid, 'CARILLON_EXECUTION_ID');
    if (executionId === null || !ids.has(executionId)) return [];
    return [{ pid, executionId, attempt: Number(environmentValue(pid, 'CARILLON_ATTEMPT')) }];
  });
}

/** The process and all that descend from it, parents first. */
export async function treeOf(root: number): Promise<number[]> {
  const all = await listProcesses();
  const tree = [root];
  for (let i = 0; i < tree.length; i++)
    tree.push(...all.filter((entry) => entry.parentPid === tree[i]).map(({ pid }) => pid));
  return tree;
}
