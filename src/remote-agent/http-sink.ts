import { Logger } from '@nestjs/common';
import { MOST_PIECES, MOST_RUNS, type EndedRun } from '../agents/agent-protocol.js';
import type { AttemptEnd, LogPiece, RunReport } from '../attempts/attempt.js';
import type { ReportSink } from '../attempts/run-reports.js';
import { batches } from './batches.js';
import { Refusal } from './refusal.js';

/** Room for what stands around a batch. */
const FILL = 0.9;

/** Sends one request of this agent; throws `LinkDown` or `Refusal`. */
export type Send = (path: string, body: object) => Promise<unknown>;

/**
 * Hands reports to the server. What it refuses as stale is dropped: it is no longer ours. A batch that it finds faulty is halved until the fault is
 * alone, so that one odd line does not hold up everything else.
 */
export class HttpSink implements ReportSink<AttemptEnd> {
  private readonly logger = new Logger('Reports');

  /** `maxBodyBytes` of the server. `sendEnds` sends a batch of ends and may ask for more work with it. */
  constructor(
    private readonly send: Send,
    private readonly sendEnds: (ends: readonly EndedRun[]) => Promise<void>,
    private readonly maxBodyBytes: () => number,
  ) {}

  async appendLogs(_agentId: string, pieces: readonly LogPiece[]): Promise<void> {
    await this.sendAll(pieces, MOST_PIECES, 'pieces', (part) => this.send('/logs', { pieces: part }));
  }

  async report(_agentId: string, reports: readonly RunReport[]): Promise<ReadonlySet<string>> {
    return this.sendAll(reports, MOST_RUNS, 'runs', (part) => this.send('/reports', { runs: part }));
  }

  async finish(_agentId: string, ends: readonly AttemptEnd[]): Promise<ReadonlySet<string>> {
    const wire = ends.map(toEndedRun);
    return this.sendAll(wire, MOST_RUNS, 'ends', (part) => this.sendEnds(part), unfitEnd);
  }

  /** Answers the ids that were taken. `instead` is what to send for an entry that the server does not want as it is. */
  private async sendAll<T extends { readonly id: string }>(
    items: readonly T[],
    most: number,
    list: string,
    send: (part: readonly T[]) => Promise<unknown>,
    instead?: (item: T, why: string) => T,
  ): Promise<Set<string>> {
    const kept = new Set<string>();
    const queue = batches(items, most, this.maxBodyBytes() * FILL);
    for (let part = queue.shift(); part !== undefined; part = queue.shift()) {
      try {
        await send(part);
        for (const item of part) kept.add(item.id);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const stale = error.staleIn(list);
        if (stale !== null) part.filter((_item, i) => !stale.has(i)).forEach((item) => kept.add(item.id));
        else if (!error.isBadInput) throw error;
        else if (part.length > 1) queue.unshift(part.slice(0, part.length / 2), part.slice(part.length / 2));
        else this.dropOrReplace(part[0], error, queue, instead);
      }
    }
    return kept;
  }

  private dropOrReplace<T extends { readonly id: string }>(
    item: T | undefined,
    refusal: Refusal,
    queue: T[][],
    instead: ((item: T, why: string) => T) | undefined,
  ): void {
    if (item === undefined) return;
    this.logger.warn(`The server does not take something of run ${item.id}: ${refusal.message}`);
    const substitute = instead?.(item, refusal.message);
    if (substitute !== undefined && JSON.stringify(substitute) !== JSON.stringify(item)) queue.unshift([substitute]);
  }
}

function toEndedRun({ isInterrupted, startedAt, finishedAt, ...end }: AttemptEnd): EndedRun {
  const instants = { startedAt: startedAt?.toISOString() ?? null, finishedAt: finishedAt.toISOString() };
  const error = end.error && { ...end.error, type: end.error.type, message: end.error.message.slice(0, 10_000) };
  return { ...end, ...instants, error, interrupted: isInterrupted };
}

/** The run ended, and that has to be known even if its result cannot be. */
function unfitEnd(end: EndedRun, why: string): EndedRun {
  const { id, fence, exitCode = null, pid = null, startedAt = null, finishedAt } = end;
  const message = `The server did not take how the run ended: ${why}`.slice(0, 2_000).replaceAll(/[\p{Cs}\0]/gu, '?');
  const error = { type: 'invalid_result', message };
  return { id, fence, status: 'failed', exitCode, result: null, error, pid, startedAt, finishedAt };
}
