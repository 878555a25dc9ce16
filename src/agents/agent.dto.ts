import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { PageQueryDto } from '../http/page.dto.js';
import { ToList } from '../http/query-transforms.js';
import type { AgentState } from './agent.entity.js';
import { AGENT_KINDS, SHOWN_STATES } from './agent.state.js';

/** Which agents to list. */
export class AgentQueryDto extends PageQueryDto {
  @ApiPropertyOptional({
    description: 'States, comma-separated. Without it agents of all states are listed.',
    enum: SHOWN_STATES,
    isArray: true,
    example: ['online'],
  })
  @IsOptional()
  @ToList()
  @IsIn(SHOWN_STATES, { each: true, message: `state must be among ${SHOWN_STATES.join(', ')}` })
  state?: (AgentState | 'announced')[];

  @ApiPropertyOptional({
    description: 'Kinds, comma-separated. Without it agents of all kinds are listed.',
    enum: AGENT_KINDS,
    isArray: true,
    example: ['remote'],
  })
  @IsOptional()
  @ToList()
  @IsIn(AGENT_KINDS, { each: true, message: `kind must be among ${AGENT_KINDS.join(', ')}` })
  kind?: (typeof AGENT_KINDS)[number][];

  @ApiPropertyOptional({
    description: 'Agents that carry all of these tags, declared or attached, comma-separated, in any case.',
    type: [String],
    example: ['gpu'],
  })
  @IsOptional()
  @ToList()
  @IsString({ each: true })
  @MaxLength(64, { each: true })
  tag?: string[];
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
    description:
      '`embedded`: a Carillon process; `remote`: a machine that fetches its work over HTTP; `inventory`: announced by another system, never given work.',
    enum: AGENT_KINDS,
  })
  kind: (typeof AGENT_KINDS)[number];

  @ApiProperty({ example: 'build-7' })
  hostname: string;

  @ApiProperty({ type: 'integer', nullable: true, example: 4711 })
  pid: number | null;

  @ApiProperty({
    description:
      '`online` takes work, `draining` finishes what it has, `offline` left in good order, `lost` was silent for longer than its lease, `announced` is known and no worker.',
    enum: SHOWN_STATES,
    enumName: 'AgentState',
  })
  state: AgentState | 'announced';

  @ApiProperty({ description: 'Runs that it can execute at the same time.', type: 'integer', example: 16 })
  slots: number;

  @ApiProperty({ description: 'Runs that it executes now, of all tenants.', type: 'integer', example: 2 })
  running: number;

  @ApiProperty({
    description:
      'What jobs require or exclude, in lower case: the tags that it declared itself and those that were attached to it.',
    type: [String],
    example: ['gpu', 'linux'],
  })
  tags: string[];

  @ApiProperty({
    description:
      'The tags that were attached to it in this tenant (`PUT /api/v2/agents/{id}/tags/{tag}`), as they are written.',
    type: [String],
    example: ['GPU'],
  })
  attachedTags: string[];

  @ApiProperty({
    description: 'What an `inventory` agent says of itself; null for the others.',
    type: 'object',
    additionalProperties: true,
    nullable: true,
    example: null,
  })
  attributes: Record<string, unknown> | null;

  @ApiProperty({
    description:
      'Silence after which it counts as lost, in milliseconds; null for an `inventory` agent, which cannot be lost.',
    type: 'integer',
    nullable: true,
    example: 30000,
  })
  leaseMs: number | null;

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
