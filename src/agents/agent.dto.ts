import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { PageQueryDto } from '../http/page.dto.js';
import { ToList } from '../http/query-transforms.js';
import type { AgentState } from './agent.entity.js';
import { AGENT_STATES } from './agent.state.js';

/** Which agents to list. */
export class AgentQueryDto extends PageQueryDto {
  @ApiPropertyOptional({
    description: 'States, comma-separated. Without it agents of all states are listed.',
    enum: AGENT_STATES,
    isArray: true,
    example: ['online'],
  })
  @IsOptional()
  @ToList()
  @IsIn(AGENT_STATES, { each: true, message: `state must be among ${AGENT_STATES.join(', ')}` })
  state?: AgentState[];
}

/** A run that an agent holds. */
export class AgentRunDto {
  @ApiProperty({ format: 'uuid', description: 'Of the execution.', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' })
  id: string;

  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2f' })
  jobId: string;

  @ApiProperty({ example: 'Nightly report' })
  jobName: string;

  @ApiProperty({ enum: ['running', 'cancelling', 'force_cancelling'] })
  state: 'running' | 'cancelling' | 'force_cancelling';

  @ApiProperty({ type: 'integer', example: 1 })
  attempt: number;

  @ApiProperty({ description: 'When it began.', format: 'date-time', example: '2026-11-22T08:09:41.000Z' })
  since: string;
}

/** Something that runs executions. */
export class AgentDto {
  @ApiProperty({ format: 'uuid', example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e' })
  id: string;

  @ApiProperty({ example: 'build-7:4711' })
  name: string;

  @ApiProperty({
    description: '`embedded`: a Carillon process; `remote`: a machine that fetches its work over HTTP.',
    enum: ['embedded', 'remote'],
  })
  kind: 'embedded' | 'remote';

  @ApiProperty({ example: 'build-7' })
  hostname: string;

  @ApiProperty({ type: 'integer', nullable: true, example: 4711 })
  pid: number | null;

  @ApiProperty({
    description:
      '`online` takes work, `draining` finishes what it has, `offline` left in good order, `lost` was silent for longer than its lease.',
    enum: AGENT_STATES,
    enumName: 'AgentState',
  })
  state: AgentState;

  @ApiProperty({ description: 'Runs that it can execute at the same time.', type: 'integer', example: 16 })
  slots: number;

  @ApiProperty({ description: 'Runs that it executes now, of all tenants.', type: 'integer', example: 2 })
  running: number;

  @ApiProperty({
    description: 'What it can do; jobs require or exclude tags.',
    type: [String],
    example: ['gpu', 'linux'],
  })
  tags: string[];

  @ApiProperty({
    description: 'Silence after which it counts as lost, in milliseconds.',
    type: 'integer',
    example: 30000,
  })
  leaseMs: number;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:00:00.000Z' })
  registeredAt: string;

  @ApiProperty({ format: 'date-time', example: '2026-11-22T08:10:00.000Z' })
  lastHeartbeatAt: string;

  @ApiProperty({
    description: 'When it left or was declared lost.',
    type: String,
    format: 'date-time',
    nullable: true,
    example: null,
  })
  endedAt: string | null;

  @ApiProperty({ description: 'Of its program, as it says.', type: String, nullable: true, example: '0.1.0' })
  version: string | null;

  @ApiProperty({ description: 'As it says.', type: String, nullable: true, example: 'linux x64' })
  platform: string | null;

  @ApiProperty({ description: 'It serves every tenant.', example: true })
  shared: boolean;

  @ApiProperty({ description: 'What it runs for this tenant, at most 100.', type: [AgentRunDto] })
  runs: AgentRunDto[];
}
