/**
 * Where requests wait for something to happen to their agent, without holding a connection to the database. Nothing is remembered: whoever is
 * woken looks for itself.
 */
export class WaitingRoom {
  private readonly sleepers = new Map<string, Set<() => void>>();
  private isClosed = false;

  /** Agents for which somebody waits. */
  get agentIds(): string[] {
    return [...this.sleepers.keys()];
  }

  /** Resolves when the agent is woken, after `limitMs`, when `signal` is aborted, or when the room closes. */
  wait(agentId: string, limitMs: number, signal: AbortSignal): Promise<void> {
    if (this.isClosed || signal.aborted || limitMs <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.forget(agentId, wake);
        resolve();
      };
      const timer = setTimeout(wake, limitMs);
      signal.addEventListener('abort', wake, { once: true });
      this.sleepers.set(agentId, (this.sleepers.get(agentId) ?? new Set<() => void>()).add(wake));
    });
  }

  /** Wakes all that wait for the agent. */
  wake(agentId: string): void {
    for (const wake of [...(this.sleepers.get(agentId) ?? [])]) wake();
  }

  /** Wakes everybody and lets nobody wait any more. */
  close(): void {
    this.isClosed = true;
    for (const agentId of this.agentIds) this.wake(agentId);
  }

  /** True once nobody may wait any more. */
  get isOver(): boolean {
    return this.isClosed;
  }

  private forget(agentId: string, wake: () => void): void {
    const set = this.sleepers.get(agentId);
    set?.delete(wake);
    if (set?.size === 0) this.sleepers.delete(agentId);
  }
}
