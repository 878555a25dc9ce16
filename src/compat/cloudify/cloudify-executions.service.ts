import { Inject, Injectable } from '@nestjs/common';
import { currentTenant } from '../../context/request-context.js';
import { AnnotatedExecutions, type AnnotatedExecution } from '../../executions/annotated-executions.service.js';
import { AnnotatedRuns } from '../../executions/annotated-runs.service.js';
import { isFinal } from '../../executions/execution.state.js';
import { Clock } from '../../kernel/clock.js';
import { parseId } from '../../kernel/ids.js';
import { badParameters, notFoundHere } from './cloudify-refusal.js';
import { isEnd, isStatus, statesOf, STATUSES } from './execution-states.js';
import { filterOf, sliceOf } from './execution-list.js';
import { CLOUDIFY, EXECUTION_FIELDS, statusOf, toExecution, type CloudifyExecution } from './execution.wire.js';
import { told, type JsonObject } from './json-type.js';
import { includedFields, listQuery, projected, type Query } from './list-query.js';
import { toList, type Listed } from './page.wire.js';
import { optionalInteger, optionalText } from './request-body.js';

/** Reads executions, and removes ended ones. */
@Injectable()
export class CloudifyExecutions {
  constructor(
    @Inject(AnnotatedExecutions) private readonly executions: AnnotatedExecutions,
    @Inject(AnnotatedRuns) private readonly runs: AnnotatedRuns,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** Throws `no_such_include_field_error`, `bad_parameters_error`. */
  async list(query: Query): Promise<Listed<CloudifyExecution>> {
    const asked = listQuery(query, EXECUTION_FIELDS);
    const tenant = currentTenant().name;
    const [slice, filter] = [sliceOf(asked), filterOf(asked, tenant)];
    const { rows, total } =
      filter === null ? { rows: [], total: 0 } : await this.executions.list(CLOUDIFY, filter, slice);
    return toList(
      rows.map((row) => projected(toExecution(row, tenant), asked.include)),
      total,
      asked,
    );
  }

  /** Throws `no_such_include_field_error`, `not_found_error`. */
  async get(id: string, query: Query): Promise<CloudifyExecution> {
    const include = includedFields(query, EXECUTION_FIELDS);
    return this.shown(await this.find(id), include);
  }

  /** Whether a run may begin that somebody else drives. */
  async shouldStart(id: string): Promise<boolean> {
    return statusOf(await this.find(id)) === 'pending';
  }

  /** Throws `not_found_error`, also for what is no id. */
  async find(id: string): Promise<AnnotatedExecution> {
    const uuid = parseId(id);
    const found = uuid === null ? undefined : await this.executions.find(CLOUDIFY, uuid);
    if (found === undefined) throw notFoundHere('Execution', id.slice(0, 100));
    return found;
  }

  shown(row: AnnotatedExecution, include: readonly (keyof CloudifyExecution)[] | null): CloudifyExecution {
    return projected(toExecution(row, currentTenant().name), include);
  }

  /** Removes ended executions of the filter; answers how many. Throws `bad_parameters_error`. */
  async delete(query: Query, body: JsonObject): Promise<Listed<{ count: number }>> {
    const asked = listQuery(query, EXECUTION_FIELDS);
    const { madeUntil, keep } = this.doomed(body);
    const refused = [...asked.filters.keys()].find(
      (field) => !['status', 'deployment_id', 'workflow_id', 'blueprint_id', 'is_system_workflow'].includes(field),
    );
    if (refused !== undefined) throw badParameters(`Executions cannot be deleted by ${refused}.`);
    const statuses = asked.filters.get('status') ?? STATUSES.filter(isEnd);
    const wrong = statuses.find((status) => !isStatus(status) || !isEnd(status));
    if (wrong !== undefined)
      throw badParameters(
        `Only executions that have ended can be deleted: status must be one of ${STATUSES.filter(isEnd).join(', ')}, not ${told(wrong)}.`,
      );
    const states = statuses.flatMap((status) => (isStatus(status) ? statesOf(status).filter(isFinal) : []));
    const filter = filterOf(asked, currentTenant().name);
    const ofJob = filter?.ofJob ?? null;
    const count = ofJob === null ? 0 : await this.runs.deleteEnded(CLOUDIFY, { ofJob, states, madeUntil, keep });
    return toList([{ count }], 1, asked);
  }

  private doomed(body: JsonObject): { madeUntil: Date | null; keep: number | null } {
    const keep = optionalInteger(body, 'keep_last');
    const until = optionalText(body, 'to_datetime');
    if (keep !== null && until !== null) throw badParameters('Give keep_last or to_datetime, not both.');
    if (keep !== null && (keep <= 0 || keep > 1_000_000_000))
      throw badParameters(`keep_last must be 1 or more, not ${keep}.`);
    if (until === null) return { madeUntil: null, keep };
    const at = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?$/.test(until)
      ? new Date(/(Z|[+-]\d\d:?\d\d)$/.test(until) ? until.replace(' ', 'T') : `${until.replace(' ', 'T')}Z`)
      : null;
    if (at === null || Number.isNaN(at.getTime()))
      throw badParameters(`to_datetime must be a date such as 2026-11-22T08:00:00Z, not ${told(until)}.`);
    if (at > this.clock.now()) return { madeUntil: this.clock.now(), keep };
    return { madeUntil: at, keep };
  }
}
