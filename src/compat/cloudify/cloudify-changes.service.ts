import { Inject, Injectable } from '@nestjs/common';
import type { AnnotatedExecution } from '../../executions/annotated-executions.service.js';
import { AnnotatedRuns } from '../../executions/annotated-runs.service.js';
import { DrivenRuns } from '../../executions/driven-runs.service.js';
import { isFinal } from '../../executions/execution.state.js';
import { ResumedRuns } from '../../executions/resumed-runs.service.js';
import { RunCommands } from '../../executions/run-commands.service.js';
import { DomainError } from '../../kernel/domain-error.js';
import { CloudifyExecutions } from './cloudify-executions.service.js';
import { badParameters, CloudifyRefusal } from './cloudify-refusal.js';
import { mayStop, STOPS, type Status, type Stop } from './execution-states.js';
import { CLOUDIFY, EXECUTION_FIELDS, statusOf, type CloudifyExecution, type ExecutionNote } from './execution.wire.js';
import { told, type JsonObject } from './json-type.js';
import { includedFields, type Query } from './list-query.js';
import { requiredText } from './request-body.js';

const RESUMES = { resume: ['cancelled', 'failed', 'started'], 'force-resume': ['cancelled', 'failed'] } as const;
const REQUEUED: readonly Status[] = ['pending', 'queued', 'scheduled'];
const ACTIONS = [...Object.keys(STOPS), ...Object.keys(RESUMES), 'requeue'];

/** What people do to executions: cancel, force-cancel, kill, resume. Source: contract A3, "POST /executions/{id}". */
@Injectable()
export class CloudifyChanges {
  constructor(
    @Inject(CloudifyExecutions) private readonly executions: CloudifyExecutions,
    @Inject(RunCommands) private readonly commands: RunCommands,
    @Inject(ResumedRuns) private readonly resumed: ResumedRuns,
    @Inject(DrivenRuns) private readonly driven: DrivenRuns,
    @Inject(AnnotatedRuns) private readonly runs: AnnotatedRuns,
  ) {}

  /** Throws `bad_parameters_error` for an action that is none, `not_found_error`, `illegal_action_error`, `conflict_error`. */
  async act(id: string, body: JsonObject, query: Query): Promise<CloudifyExecution> {
    const include = includedFields(query, EXECUTION_FIELDS);
    const action = requiredText(body, 'action');
    if (!ACTIONS.includes(action))
      throw badParameters(`action must be one of ${ACTIONS.join(', ')}, not ${told(action)}.`);
    const row = await this.executions.find(id);
    if (Object.hasOwn(STOPS, action)) await this.stop(row, action as Stop);
    else if (Object.hasOwn(RESUMES, action)) await this.resume(row, action as keyof typeof RESUMES);
    else if (!REQUEUED.includes(statusOf(row))) throw conflict(row, 'queued again');
    const after = this.executions.shown(await this.executions.find(row.id), null);
    // What no worker had taken ends with the request; clients are used to see it being stopped.
    const isSeenStopping = Object.hasOwn(STOPS, action) && statusOf(row) === 'pending' && after.status === 'cancelled';
    const status = isSeenStopping ? STOPS[action as Stop] : after.status;
    const shown = isSeenStopping ? { ...after, status, status_display: status } : after;
    return include === null ? shown : (Object.fromEntries(include.map((field) => [field, shown[field]])) as never);
  }

  /** Throws `illegal_action_error` when it is stopped as hard already, or has ended. */
  async stop(row: AnnotatedExecution, stop: Stop): Promise<void> {
    const { id } = row;
    const status = statusOf(row);
    if (!mayStop(status, stop)) throw unstoppable(id, status, stop);
    // Whatever was said of it is over; the note comes first, so that nobody sees a killed run as one that is only forced.
    await this.note(id, { error: null, ...(stop === 'kill' && { state: 'kill_cancelling' }) });
    if (row.state === 'force_cancelling') return;
    try {
      await (stop === 'cancel' ? this.commands.cancel(id) : this.commands.forceCancel(id));
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'invalid_state') throw error;
      throw unstoppable(id, statusOf(await this.executions.find(id)), stop, error);
    }
  }

  private async resume(row: AnnotatedExecution, action: keyof typeof RESUMES): Promise<void> {
    const status = statusOf(row);
    const from: readonly Status[] = RESUMES[action];
    if (!from.includes(status)) throw conflict(row, 'resumed');
    const note = { api: CLOUDIFY, fields: { resumed: true, state: null, error: null } };
    try {
      if (isFinal(row.state)) await this.resumed.resume(row.id, { force: false }, note);
      // What a worker runs needs no resumption: when the worker is lost, the run is taken from it.
      else if (row.agentId === null) await this.driven.report(row.id, { state: 'pending', from: ['running'], note });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error.code === 'invalid_state') throw conflict(row, 'resumed', error);
      throw error;
    }
  }

  private note(id: string, fields: { [Key in keyof ExecutionNote]?: ExecutionNote[Key] | null }): Promise<void> {
    return this.runs.note(id, { api: CLOUDIFY, fields: { ...fields } });
  }
}

function unstoppable(id: string, status: Status, stop: Stop, cause?: unknown): CloudifyRefusal {
  return new CloudifyRefusal('illegal_action_error', `Execution ${id} is ${status}: ${stop} is not possible then.`, {
    cause,
  });
}

function conflict(row: AnnotatedExecution, what: string, cause?: unknown): CloudifyRefusal {
  return new CloudifyRefusal('conflict_error', `Execution ${row.id} is ${statusOf(row)}; it cannot be ${what}.`, {
    cause,
  });
}
