import { Body, Controller, Inject, Param, Post, Res } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { IdPipe } from '../http/id.pipe.js';
import { Idempotent } from '../http/idempotency.interceptor.js';
import { Permit } from '../http/permit.decorator.js';
import { ApiCreationProblems, Creates } from '../http/resource-answers.js';
import { ExecutionDto, RunNowDto, toExecutionDto } from './execution.dto.js';
import { invalidField } from '../kernel/domain-error.js';
import { RunCommands } from './run-commands.service.js';
import { MOST_RUNS, RunManyDto, RunsMadeDto } from './run-many.dto.js';

/** Runs by hand. */
@ApiTags('Jobs')
@Controller('api/v2/jobs/:jobId')
export class JobRunsController {
  constructor(@Inject(RunCommands) private readonly commands: RunCommands) {}

  @Post('run')
  @Permit('jobs:run')
  @Idempotent()
  @ApiOperation({
    summary: 'Run a job now',
    description:
      'Whatever its triggers say, also while it is paused. Its overlap rule and the limit of its group hold, unless `ifBusy` or `force` say otherwise: the answer may be an execution that is queued or skipped.',
  })
  @ApiBody({
    type: RunNowDto,
    required: false,
    examples: {
      plain: { summary: 'As it is', value: {} },
      overridden: { summary: 'Other arguments', value: { args: ['echo by hand'] } },
      unless: { summary: 'Not if there is no room', value: { ifBusy: 'reject' } },
    },
  })
  @Creates(ExecutionDto, 'execution')
  @ApiCreationProblems('not_found', 'busy', 'forbidden_class')
  async run(
    @Param('jobId', new IdPipe('job')) jobId: string,
    @Body() body: RunNowDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ExecutionDto> {
    const execution = await this.commands.runNow(jobId, body);
    reply.header('location', `/api/v2/executions/${execution.id}`);
    return toExecutionDto(execution);
  }

  @Post('runs')
  @Permit('jobs:run')
  @Idempotent()
  @ApiOperation({
    summary: 'Run a job many times',
    description:
      `Up to ${MOST_RUNS} executions in one transaction, each with arguments of its own if need be; much faster than as many single requests. The rules of the job and ` +
      'its group hold as for one run by hand, in the order of the request. All of them have one entry in the audit log.',
  })
  @ApiBody({
    type: RunManyDto,
    examples: {
      counted: { summary: 'A hundred as it is', value: { count: 100 } },
      listed: { summary: 'Other arguments each', value: { runs: [{ args: ['echo one'] }, { args: ['echo two'] }] } },
    },
  })
  @ApiCreatedResponse({ type: RunsMadeDto })
  @ApiCreationProblems('not_found', 'forbidden_class')
  async runMany(@Param('jobId', new IdPipe('job')) jobId: string, @Body() body: RunManyDto): Promise<RunsMadeDto> {
    const { runs, count, ...common } = body;
    if ((runs === undefined) === (count === undefined)) {
      const message =
        'Give either runs, a list of what each run is like, or count, the number of runs as the job has it; not both.';
      throw invalidField('runs', 'either', message);
    }
    const made = await this.commands.runMany(jobId, runs ?? Array.from({ length: count ?? 0 }, () => ({})), common);
    const executions = made.map(({ id, state }) => ({ id: state === 'rejected' ? null : id, state }));
    const rejected = executions.filter(({ id }) => id === null).length;
    return { made: executions.length - rejected, rejected, executions };
  }
}
