/**
 * Tells whether a run left something behind in its process: timers, sockets, servers, or processes of its own. A process
 * with leftovers is not given another run, which they could disturb.
 */
import childProcess, { ChildProcess } from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Watches this process from one run to the next. */
export class Leftovers {
  private before = new Map<string, number>();
  private hasStartedProcess = false;

  constructor() {
    this.watchProcesses();
  }

  /** Remembers what is there before a run. */
  mark(): void {
    this.before = countResources();
    this.hasStartedProcess = false;
  }

  /** Whether nothing was added since {@link mark}. What just ends in this turn of the event loop is not held against it. */
  async isClean(): Promise<boolean> {
    if (this.hasStartedProcess) return false; // even one that has ended can have left others in the background
    if (this.hasNothingNew()) return true;
    await nextTurn();
    return this.hasNothingNew();
  }

  private hasNothingNew(): boolean {
    return [...countResources()].every(([kind, count]) => count <= (this.before.get(kind) ?? 0));
  }

  /** All asynchronous starts of processes go through `ChildProcess.spawn`; the synchronous ones have no such door. */
  private watchProcesses(): void {
    const note = (): void => {
      this.hasStartedProcess = true;
    };
    const prototype = ChildProcess.prototype as unknown as { spawn: (this: unknown, options: unknown) => unknown };
    const { spawn } = prototype;
    prototype.spawn = function (options) {
      note();
      return spawn.call(this, options);
    };
    const functions = childProcess as unknown as Record<string, (...args: unknown[]) => unknown>;
    for (const name of ['spawnSync', 'execSync', 'execFileSync']) {
      const original = functions[name];
      if (!original) continue;
      functions[name] = (...args) => {
        note();
        return original(...args);
      };
    }
    syncBuiltinESMExports();
  }
}

function countResources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}
