import type { HandedRun, HeldRun, StopWord } from '../agents/agent-protocol.js';
import type { ActiveRun } from '../attempts/active-run.js';

const KINDS = { cancel: 'cancelling', force_cancel: 'force_cancelling' } as const;
/** Most stops and taken back runs that are remembered for a claim whose answer is under way. */
const MOST_EARLY = 1_000;

interface Held {
  readonly fence: number;
  stopping: StopWord | null;
  /** Null: it has ended and that is not recorded yet. */
  active: ActiveRun | null;
}

/** The runs of an agent, from the answer that brought them until their ends are recorded. */
export class HeldRuns {
  private readonly runs = new Map<string, Held>();
  private readonly earlyStops = new Map<string, StopWord>();
  private readonly takenBack = new Set<string>();

  /** Runs that take a slot. */
  get activeCount(): number {
    return [...this.runs.values()].filter((run) => run.active !== null).length;
  }

  /** Runs that are not over for the server. */
  get count(): number {
    return this.runs.size;
  }

  /** As the protocol wants them. */
  list(): HeldRun[] {
    return [...this.runs].map(([id, { fence, stopping }]) => ({
      id,
      fence,
      ...(stopping === null ? {} : { stopping }),
    }));
  }

  /** Whether a run that was handed out shall be started; no, when the server took it back while the answer was under way. */
  isWelcome({ id, fence }: HandedRun): boolean {
    return !this.takenBack.has(`${id} ${fence}`) && !this.runs.has(id);
  }

  /** A run begins. A stop that overtook it is passed on. */
  add(id: string, fence: number, start: () => ActiveRun): void {
    const held: Held = { fence, stopping: null, active: null };
    this.runs.set(id, held);
    held.active = start();
    const stop = this.earlyStops.get(id);
    this.earlyStops.delete(id);
    if (stop !== undefined) this.stop(id, stop);
  }

  /** A run ended here; it is held until that is recorded. */
  ended(run: ActiveRun): void {
    const held = this.runs.get(run.run.id);
    if (held?.active === run) held.active = null;
  }

  /** The server knows the end, or does not want to. */
  recorded(id: string, fence: number): void {
    if (this.runs.get(id)?.fence === fence) this.runs.delete(id);
  }

  /** Passes a request to stop on. */
  stop(id: string, stop: StopWord): void {
    const held = this.runs.get(id);
    if (!held) remember(this.earlyStops, id, stop);
    else if (held.stopping !== stop && held.stopping !== 'force_cancel') {
      held.stopping = stop;
      held.active?.stop(KINDS[stop]);
    }
  }

  /** Remembers that the server took a run back that we have not heard of. */
  tookBack(id: string, fence: number): void {
    this.takenBack.add(`${id} ${fence}`);
    if (this.takenBack.size > MOST_EARLY) this.takenBack.delete([...this.takenBack][0] ?? '');
  }

  /** Kills a run that is no longer ours, unless it is another attempt by now; answers whether there was one. */
  lose(id: string, fence: number | null = null): boolean {
    const held = this.runs.get(id);
    if (!held?.active || (fence !== null && held.fence !== fence)) return false;
    held.active.abandon();
    this.runs.delete(id);
    return true;
  }

  /** Kills all and forgets them. Answers how many there were. */
  loseAll(): number {
    const { activeCount } = this;
    for (const held of this.runs.values()) held.active?.abandon();
    this.runs.clear();
    return activeCount;
  }

  /** Stops all because this agent leaves. */
  shutDown(kind: 'cancelling' | 'force_cancelling'): void {
    for (const held of this.runs.values()) held.active?.shutDown(kind);
  }
}

function remember(map: Map<string, StopWord>, id: string, stop: StopWord): void {
  map.set(id, stop);
  if (map.size > MOST_EARLY) map.delete([...map.keys()][0] ?? '');
}
