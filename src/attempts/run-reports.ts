import { Logger } from '@nestjs/common';
import type { LogPiece, RunReport } from './attempt.js';

/** Output and progress are gathered this long before they are written. */
const GATHER_MS = 250;
/** Gathered output that is written at once, in characters. */
const GATHER_CHARACTERS = 65_536;
/**
 * After a write that carried several ends the next one waits for company until so long after that one began: it shares the statements and the
 * flush of the disk. (16 shells at a time: 2 ends a write without it, with one executor; 7 with it and two executors, 2026-11-22.)
 */
const GATHER_ENDS_MS = 25;
/** So many ends wait for no more. */
const ENOUGH_ENDS = 200;
/** While everything is flushed, how often it is looked at whether a write has begun. */
const FLUSH_PAUSE_MS = 10;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** Stands in the output where some of it had to be dropped. */
const GAP = '[Output is missing here: it could not be handed over and there was no room to keep it.]\n';

/** What tells one attempt's end from another's. */
interface Ended {
  readonly id: string;
  readonly fence: number;
}

/** Where reports are written: the database, or a server far away. Each write may be repeated. */
export interface ReportSink<End extends Ended> {
  /** Stores output. A number that is there already stays as it is. */
  appendLogs(agentId: string, pieces: readonly LogPiece[]): Promise<void>;
  /** Answers the ids that were still this worker's. */
  finish(agentId: string, ends: readonly End[]): Promise<ReadonlySet<string>>;
  /** Answers the ids that are still this worker's. */
  report(agentId: string, reports: readonly RunReport[]): Promise<ReadonlySet<string>>;
}

/** What the worker wants to know of what was answered. */
export interface ReportListener<End extends Ended> {
  /** Runs that are over; those not in `kept` had been taken away before. */
  recorded(ends: readonly End[], kept: ReadonlySet<string>): void;
  /** Running runs that are no longer this worker's. */
  lost(ids: readonly string[]): void;
}

/**
 * Writes what runs report, in batches: output and progress a few times a second, ends at once or, while they come close together, within
 * `GATHER_ENDS_MS`, but always a run's output before its end.
 * One write is under way at a time; what comes meanwhile makes the next batch. While the sink is away everything is kept and tried again
 * with growing pauses, so that no end is lost; output only up to `spoolCharacters`, and the gap is marked.
 */
export class RunReports<End extends Ended> {
  private readonly logger = new Logger('RunReports');
  private pieces: LogPiece[] = [];
  private characters = 0;
  /**
   * Output of a batch that failed. It may be stored all the same, so it is sent again exactly as it was: joined with what came later it
   * would be taken for what is there already.
   */
  private sealed: readonly LogPiece[] = [];
  /** Runs whose output is being dropped because the spool is full. */
  private readonly dropping = new Set<string>();
  private readonly reports = new Map<string, RunReport>();
  private ends: End[] = [];
  /** Ends that the write under way carries. */
  private inFlight: readonly End[] = [];
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> | null = null;
  private failures = 0;
  private immediate = false;
  private endsTimer: NodeJS.Timeout | null = null;
  /** Until then ends wait for company, on the clock of `performance.now()`. */
  private gatheringUntilMs = -Infinity;
  /** One of the ends lets other runs begin. */
  private isAwaited = false;

  constructor(
    private readonly queue: ReportSink<End>,
    private readonly agentId: () => string,
    private readonly listener: ReportListener<End>,
    private readonly spoolCharacters = Infinity,
  ) {}

  /** Keeps a piece of output; pieces of one stream that follow each other become one row. */
  log(piece: LogPiece): void {
    if (!this.hasRoom(piece)) return;
    this.pieces.push(piece);
    this.characters += piece.text.length;
    if (this.characters >= GATHER_CHARACTERS) this.writeNow();
    else this.writeLater(GATHER_MS);
  }

  private hasRoom(piece: LogPiece): boolean {
    if (this.characters + this.sealedCharacters() + piece.text.length <= this.spoolCharacters) {
      this.dropping.delete(piece.id);
      return true;
    }
    if (!this.dropping.has(piece.id)) {
      this.dropping.add(piece.id);
      this.pieces.push({ ...piece, stream: 'log', text: GAP });
    }
    return false;
  }

  private sealedCharacters(): number {
    return this.sealed.reduce((sum, piece) => sum + piece.text.length, 0);
  }

  /** Keeps the latest report of a run. */
  report(report: RunReport): void {
    const earlier = this.reports.get(report.id);
    const same = earlier?.fence === report.fence ? earlier : undefined;
    this.reports.set(report.id, {
      ...report,
      pid: report.pid ?? same?.pid ?? null,
      startedAt: report.startedAt ?? same?.startedAt ?? null,
      percent: report.percent ?? same?.percent ?? null,
      message: report.message ?? same?.message ?? null,
    });
    this.writeLater(GATHER_MS);
  }

  /** Records an end with the next batch; at once when other runs wait for it. A report that has not been written yet is superseded by it. */
  end(end: End, isAwaited = false): void {
    this.ends.push(end);
    if (this.reports.get(end.id)?.fence === end.fence) this.reports.delete(end.id);
    if (isAwaited) this.isAwaited = true;
    this.writeEnds();
  }

  /** Ids of runs that have ended here but whose ends are not known to be recorded. */
  get unrecordedIds(): string[] {
    return [...this.inFlight, ...this.ends].map((end) => end.id);
  }

  /** Ends that wait for the write under way. */
  get waitingEnds(): number {
    return this.ends.length;
  }

  /** Resolves when everything known now is written, or when `deadlineMs` (of `performance.now()`) has passed. */
  async flush(deadlineMs: number): Promise<void> {
    while (
      (this.ends.length > 0 || this.pieces.length > 0 || this.sealed.length > 0 || this.writing !== null) &&
      performance.now() < deadlineMs
    ) {
      this.writeNow();
      // Never only for what is settled already: the write itself needs a turn of the event loop to begin.
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, FLUSH_PAUSE_MS);
        void this.writing?.then(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    this.stopTimers();
  }

  private stopTimers(): void {
    if (this.timer) clearTimeout(this.timer);
    if (this.endsTimer) clearTimeout(this.endsTimer);
    this.timer = this.endsTimer = null;
  }

  private writeLater(delayMs: number): void {
    if (this.timer !== null || this.writing !== null || this.immediate) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.write();
    }, delayMs);
  }

  private writeEnds(): void {
    if (this.writing !== null) return;
    const waitMs = this.gatheringUntilMs - performance.now();
    if (this.isAwaited || this.ends.length >= ENOUGH_ENDS || waitMs <= 0) this.writeNow();
    else this.endsTimer ??= setTimeout(() => this.writeNow(), waitMs);
  }

  /** Not quite now: ends that come in the same turn of the event loop share the batch. */
  private writeNow(): void {
    if (this.immediate || this.writing !== null || this.failures > 0) return;
    this.immediate = true;
    setImmediate(() => {
      this.immediate = false;
      this.write();
    });
  }

  private write(): void {
    if (this.writing !== null) return;
    this.stopTimers();
    this.gatheringUntilMs = this.ends.length > 1 ? performance.now() + GATHER_ENDS_MS : -Infinity;
    this.isAwaited = false;
    this.writing = this.writeBatch().finally(() => {
      this.writing = null;
      if (this.failures > 0) this.writeLater(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures));
      else if (this.characters >= GATHER_CHARACTERS) this.writeNow();
      else if (this.ends.length > 0) this.writeEnds();
      else if (this.pieces.length > 0 || this.reports.size > 0) this.writeLater(GATHER_MS);
    });
  }

  private async writeBatch(): Promise<void> {
    const agentId = this.agentId();
    const pieces = [...this.sealed, ...joined(this.pieces)];
    this.sealed = pieces;
    const ends = this.ends;
    const reports = [...this.reports.values()];
    this.pieces = [];
    this.ends = [];
    this.inFlight = ends;
    this.reports.clear();
    this.characters = 0;
    try {
      if (pieces.length > 0) await this.queue.appendLogs(agentId, pieces);
      this.sealed = [];
      if (ends.length > 0) this.listener.recorded(ends, await this.queue.finish(agentId, ends));
      this.failures = 0;
    } catch (error) {
      this.failures++;
      if (this.failures === 1)
        this.logger.warn(`Recording ${ends.length} ends failed and will be repeated: ${(error as Error).message}`);
      // Both writes may be repeated: a piece that is there already is skipped, an end that was recorded finds nothing.
      this.ends = [...ends, ...this.ends];
      this.restore(reports);
      return;
    } finally {
      this.inFlight = [];
    }
    if (reports.length > 0) await this.writeReports(agentId, reports);
  }

  private async writeReports(agentId: string, reports: readonly RunReport[]): Promise<void> {
    const ended = new Set(this.ends.map((end) => end.id));
    const open = reports.filter((report) => !ended.has(report.id));
    if (open.length === 0) return;
    try {
      const kept = await this.queue.report(agentId, open);
      this.listener.lost(open.filter((report) => !kept.has(report.id)).map((report) => report.id));
    } catch (error) {
      this.logger.debug(`Recording progress failed: ${(error as Error).message}`);
      this.restore(open);
    }
  }

  /** Keeps reports that were not written for the next batch, unless there are newer ones. */
  private restore(reports: readonly RunReport[]): void {
    for (const report of reports) if (!this.reports.has(report.id)) this.reports.set(report.id, report);
  }
}

/** Longest row of joined output, in characters. */
const ROW_CHARACTERS = 16_384;

/** Joins neighbouring pieces of the same stream of the same run; they keep the number and time of the first. */
function joined(pieces: readonly LogPiece[]): LogPiece[] {
  const rows: LogPiece[] = [];
  const last = new Map<string, number>();
  for (const piece of pieces) {
    const at = last.get(piece.id);
    const row = at === undefined ? undefined : rows[at];
    if (
      at !== undefined &&
      row?.stream === piece.stream &&
      row.fence === piece.fence &&
      row.text.length + piece.text.length <= ROW_CHARACTERS
    ) {
      rows[at] = { ...row, text: row.text + piece.text };
    } else {
      last.set(piece.id, rows.push(piece) - 1);
    }
  }
  return rows;
}
