import type { HandedRun, Registration } from '../agents/agent-protocol.js';
import type { AttemptEnd, LogPiece, RunReport } from '../attempts/attempt.js';
import type { EndedRunDto } from './dto/completion.dto.js';
import type { RegisterAgentDto } from './dto/registration.dto.js';
import type { LoggedPieceDto, ReportedRunDto } from './dto/run-report.dto.js';

/** The end of an attempt as it is recorded. */
export function toAttemptEnd(end: EndedRunDto): AttemptEnd {
  const { id, fence, status, finishedAt, exitCode = null, pid = null, startedAt = null, interrupted = false } = end;
  const error = status === 'succeeded' ? null : (end.error ?? null);
  const result = end.result ?? null;
  return { id, fence, status, finishedAt, exitCode, pid, startedAt, error, result, isInterrupted: interrupted };
}

/** What a run says of itself as it is recorded. */
export function toRunReport(run: ReportedRunDto): RunReport {
  const { id, fence, pid = null, startedAt = null, percent = null, message = null } = run;
  return { id, fence, pid, startedAt, percent, message };
}

/** A piece of output as it is recorded. */
export function toLogPiece({ id, fence, seq, stream, at, text }: LoggedPieceDto): LogPiece {
  return { id, fence, seq, stream, at, text };
}

/** An agent that signs on, without what validation left undefined. */
export function toRegistration(body: RegisterAgentDto): Registration {
  return { ...body };
}

/** The answer to a claim. */
export function toClaimAnswer(runs: HandedRun[]): { runs: HandedRun[] } {
  return { runs };
}
