import { Inject, Injectable } from '@nestjs/common';
import type { AnnotatedExecution } from '../../executions/annotated-executions.service.js';
import { AnnotatedRuns } from '../../executions/annotated-runs.service.js';
import { DrivenRuns } from '../../executions/driven-runs.service.js';
import { isFinal, type DrivenState } from '../../executions/execution.state.js';
import { DomainError } from '../../kernel/domain-error.js';
import { CloudifyChanges } from './cloudify-changes.service.js';
import { CloudifyExecutions } from './cloudify-executions.service.js';
import { badParameters, CloudifyRefusal } from './cloudify-refusal.js';
import { isStatus, mayBecome, STATUSES, type Status, type Stop } from './execution-states.js';
import { CLOUDIFY, EXECUTION_FIELDS, statusOf, type CloudifyExecution } from './execution.wire.js';
import { told, type JsonObject } from './json-type.js';
import { includedFields, type Query } from './list-query.js';
import { optionalText, requiredText } from './request-body.js';

/** What our runs are called when a client says so; the others are Carillon's to say. */
const DRIVEN: Readonly<Partial<Record<Status, DrivenState>>> = {
  pending: 'pending',
  started: 'running',
  cancelling: 'cancelling',
  force_cancelling: 'force_cancelling',
  kill_cancelling: 'force_cancelling',
  terminated: 'succeeded',
  failed: 'failed',
  cancelled: 'cancelled',
};
/** What a client can ask of a run that a worker has, or that waits. */
const ASKED: Readonly<Partial<Record<Status, Stop>>> = {
  cancelling: 'cancel',
  force_cancelling: 'force-cancel',
  kill_cancelling: 'kill',
  cancelled: 'force-cancel',
};
/** A run that changes hands between being read and being changed is looked at again. */
const ATTEMPTS = 3;

/** PATCH of the status: how clients drive runs. Source: contract A3, A5. */
@Injectable()
export class CloudifyReports {
  constructor(
    @Inject(CloudifyExecutions) private readonly executions: CloudifyExecutions,
    @Inject(CloudifyChanges) private readonly changes: CloudifyChanges,
    @Inject(DrivenRuns) private readonly driven: DrivenRuns,
    @Inject(AnnotatedRuns) private readonly runs: AnnotatedRuns,
  ) {}

  /** Throws `bad_parameters_error`, `not_found_error`, `invalid_exception_status_update`. */
  async report(id: string, body: JsonObject, query: Query): Promise<CloudifyExecution> {
    const include = includedFields(query, EXECUTION_FIELDS);
    const text = requiredText(body, 'status');
    const error = optionalText(body, 'error') ?? '';
    for (let attempt = 1; ; attempt++) {
      const row = await this.executions.find(id);
      if (!isStatus(text)) throw badParameters(`status must be one of ${STATUSES.join(', ')}, not ${told(text)}.`);
      if (!mayBecome(statusOf(row), text)) throw illegal(row, text, 'not a change that there is');
      try {
        await this.apply(row, text, error);
        break;
      } catch (failure) {
        if (!(failure instanceof DomainError) || failure instanceof CloudifyRefusal || failure.code !== 'invalid_state')
          throw failure;
        if (attempt >= ATTEMPTS) throw illegal(row, text, failure.message, failure);
      }
    }
    return this.executions.shown(await this.executions.find(id), include);
  }

  private async apply(row: AnnotatedExecution, to: Status, error: string): Promise<void> {
    if (statusOf(row) === to) return this.note(row, { error: error === '' && !isFinal(row.state) ? null : error });
    const state = DRIVEN[to];
    if (state === undefined) throw illegal(row, to, 'Carillon itself decides which executions wait');
    if (row.agentId !== null && (row.state === 'running' || row.state.endsWith('cancelling')))
      return this.ask(row, to, 'a worker of Carillon runs it and says how it ends');
    const isWaiting = row.state === 'queued' || row.state === 'scheduled';
    if (isWaiting && !isFinal(state)) return this.ask(row, to, 'it waits for its deployment or its time');
    const stopping = to === 'kill_cancelling' ? to : null;
    const isUnsuccessful = state === 'failed' || state === 'cancelled';
    const fields = { state: stopping, error: error === '' || isUnsuccessful ? null : error };
    if (state === row.state) return this.note(row, fields);
    const from = isFinal(row.state) ? [] : [row.state];
    await this.driven.report(row.id, {
      state,
      from,
      error: isUnsuccessful ? error : null,
      note: { api: CLOUDIFY, fields },
    });
  }

  /** What is not the client's to say can be asked for, where it is a stop. */
  private async ask(row: AnnotatedExecution, to: Status, why: string): Promise<void> {
    const stop = ASKED[to];
    if (stop === undefined) throw illegal(row, to, why);
    await this.changes.stop(row, stop);
  }

  private note(row: AnnotatedExecution, fields: Readonly<Record<string, unknown>>): Promise<void> {
    return this.runs.note(row.id, { api: CLOUDIFY, fields });
  }
}

function illegal(row: AnnotatedExecution, to: Status, why: string, cause?: unknown): CloudifyRefusal {
  const message = `The status of execution ${row.id} cannot go from ${statusOf(row)} to ${to}: ${why}.`;
  return new CloudifyRefusal('invalid_exception_status_update', message, { cause });
}
