// Bodies of the part of PyFarm's agent API that tags need, after api/agents.py of pyfarm-master.
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { PresentAgent } from '../../agents/inventory-agents.service.js';
import { AGENT_DEFAULTS } from './agent-model.js';

const ID = '322360ad-976f-4103-9acc-a811d43fd24d';

/** An agent in the list. */
export class ListedAgentWire {
  @ApiProperty({ example: ID }) id: string;
  @ApiProperty({ example: 'agent1' }) hostname: string;
  @ApiProperty({ type: 'integer', nullable: true, example: 50_000 }) port: number | null;
  @ApiProperty({ type: String, nullable: true, example: '10.196.200.115' }) remote_ip: string | null;
}

/** An agent with all its columns. */
export class AgentWire extends ListedAgentWire {
  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'MiB; null for a worker of this server.',
    example: 2157,
  })
  ram: number | null;
  @ApiProperty({ type: 'integer', nullable: true, example: 133 }) free_ram: number | null;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Of a worker of this server its slots.', example: 14 })
  cpus: number | null;
  @ApiProperty({ enum: ['disabled', 'offline', 'online', 'running'], example: 'online' }) state: string;
  @ApiProperty({ description: 'ISO 8601 in UTC, without a zone.', example: '2026-11-22T08:00:00.000000' })
  last_heard_from: string;
  @ApiProperty({ description: 'Names.', type: [String], example: ['interesting'] }) tags: string[];
}

/** A change to an agent; what is absent stays. */
export class ChangedAgentWire {
  @ApiPropertyOptional({ type: String, example: 'agent1' }) hostname?: string;
  @ApiPropertyOptional({ type: 'integer', minimum: 1024, maximum: 65_535, example: 50_000 }) port?: number;
  @ApiPropertyOptional({ type: 'integer', minimum: 16, maximum: 262_144, example: 2157 }) ram?: number;
  @ApiPropertyOptional({ type: 'integer', minimum: 0, example: 133 }) free_ram?: number;
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 256, example: 14 }) cpus?: number;
  @ApiPropertyOptional({ description: 'Or 200 to 203.', enum: ['disabled', 'offline', 'online', 'running'] })
  state?: string;
  @ApiPropertyOptional({
    description: 'All its tags by name; missing ones are made.',
    type: [String],
    example: ['fast'],
  })
  tags?: string[];
}

/** An announcement. It takes all columns of an agent, `mac_addresses`, `gpus` and `disks`; these must be there. */
export class AnnouncedAgentWire {
  @ApiProperty({ description: 'A UUID of the agent’s choice.', example: ID }) id: string;
  @ApiProperty({ example: 'agent1' }) hostname: string;
  @ApiProperty({ type: 'integer', minimum: 1024, maximum: 65_535, example: 50_000 }) port: number;
  @ApiProperty({ type: 'integer', minimum: 16, maximum: 262_144, example: 2157 }) ram: number;
  @ApiProperty({ type: 'integer', minimum: 0, example: 133 }) free_ram: number;
  @ApiProperty({ type: 'integer', minimum: 1, maximum: 256, example: 14 }) cpus: number;
}

/** An agent in the list. */
export function toListedAgentWire({ id, hostname, port, attributes }: PresentAgent): ListedAgentWire {
  return { id, hostname, port, remote_ip: textOrNull(attributes?.['remote_ip']) };
}

/** An agent with all its columns; a worker of ours as far as they make sense. */
export function toAgentWire(agent: PresentAgent): AgentWire {
  const { attributes } = agent;
  const columns = Object.entries(AGENT_DEFAULTS).map(([name, fallback]) => [name, attributes?.[name] ?? fallback]);
  return {
    ...(Object.fromEntries(columns) as Omit<AgentWire, 'last_heard_from' | 'tags' | keyof ListedAgentWire>),
    ...(attributes === null ? { cpus: agent.slots } : {}),
    ...toListedAgentWire(agent),
    last_heard_from: agent.lastHeardAt.toISOString().replace('Z', '000'),
    tags: [...agent.tags],
  };
}

/** An agent with all its columns and what hangs on it: `gpus`, `disks`. */
export function toSingleAgentWire(agent: PresentAgent): AgentWire & { gpus: unknown; disks: unknown } {
  const { attributes } = agent;
  return { ...toAgentWire(agent), gpus: attributes?.['gpus'] ?? [], disks: attributes?.['disks'] ?? [] };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
