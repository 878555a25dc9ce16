import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { currentTenant } from '../context/request-context.js';
import { Database, queryTx } from '../database/database.js';
import { DomainError } from '../kernel/domain-error.js';
import { annotateTx, type RunNote } from './driven-runs.service.js';
import { ExecutionsService } from './executions.service.js';
import { lockGatesTx } from './gate-locks.js';
import { gatesOfRun } from './sql/gates-of-run.js';
import { reviveRun } from './sql/revive-run.js';

/**
 * Puts ended executions back to work under their own id, for APIs whose clients follow one id through a resumption. Their attempts and their
 * output go on counting; how it ended before is in the audit log. Our own API makes a new execution instead (`RunCommands.retry`).
 */
@Injectable()
export class ResumedRuns {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ExecutionsService) private readonly executions: ExecutionsService,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  /**
   * Makes an execution that failed, timed out or was cancelled pending again. Throws `not_found`, `invalid_state` for any other or one whose job was
   * deleted, and `busy` when its job or group has no room; `force` passes the group's rule.
   */
  async resume(id: string, { force }: { readonly force: boolean }, note: RunNote): Promise<void> {
    const before = await this.executions.get(id);
    await this.database.transaction(async (tx) => {
      const tenantId = currentTenant().id;
      const wanted = await queryTx<{ gateId: string }>(tx, gatesOfRun, [tenantId, id]);
      const gates = await lockGatesTx(
        (statement, values) => queryTx(tx, statement, values),
        wanted.map(({ gateId }) => gateId),
      );
      const [revived] = await queryTx<{ state: 'revived' | 'busy' }>(tx, reviveRun, [tenantId, id, gates.ids, force]);
      if (revived === undefined)
        throw new DomainError(
          'invalid_state',
          `Execution ${id} is ${before.state}; only one that failed or was cancelled, and whose job is still there, can be resumed.`,
        );
      if (revived.state === 'busy')
        throw new DomainError(
          'busy',
          `Execution ${id} cannot be resumed: its job or group has as many runs as it may have.`,
        );
      await annotateTx(tx, id, note);
      const { state, reason, error, attempt } = before;
      await this.audit.recordTx(tx, {
        event: 'execution.resumed',
        jobId: before.jobId,
        subject: { type: 'execution', id },
        before: { state, reason, error, attempt },
        after: { state: 'pending' },
      });
    });
  }
}
