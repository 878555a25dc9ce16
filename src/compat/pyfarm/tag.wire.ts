// Bodies of PyFarm's tag API, after its published document, "pyfarm.master.api.tags module".
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { RelatedTag } from '../../tags/tag-relations.service.js';

const AGENT = '94522b7e-817b-4358-95da-670b31aad624';

/** A tag with plain ids: in lists and as the answer to POST and PUT. */
export class TagWire {
  @ApiProperty({ type: 'integer', example: 1 }) id: number;
  @ApiProperty({ example: 'interesting' }) tag: string;
  @ApiProperty({ description: 'Ids of agents.', type: [String], example: [AGENT] }) agents: string[];
  @ApiProperty({ description: '`number` of jobs.', type: 'array', items: { type: 'integer' }, example: [1] })
  jobs: number[];
}

/** An agent of a tag. */
export class TaggedAgentWire {
  @ApiProperty({ example: AGENT }) id: string;
  @ApiProperty({ example: 'agent3' }) hostname: string;
  @ApiProperty({ example: `/api/v1/agents/${AGENT}` }) href: string;
}

/** A single tag, its agents as objects. */
export class SingleTagWire {
  @ApiProperty({ type: 'integer', example: 1 }) id: number;
  @ApiProperty({ example: 'interesting' }) tag: string;
  @ApiProperty({ type: [TaggedAgentWire] }) agents: TaggedAgentWire[];
  @ApiProperty({ description: '`number` of jobs.', type: 'array', items: { type: 'integer' }, example: [] })
  jobs: number[];
}

/** Body of POST /tags/. */
export class NewTagWire {
  @ApiProperty({
    description: 'Case matters. No commas, no blanks at the ends.',
    maxLength: 64,
    example: 'interesting',
  })
  tag: string;
}

/** Body of PUT /tags/{tag}. */
export class ReplacedTagWire {
  @ApiPropertyOptional({ description: 'The name in the path again.', type: String, example: 'interesting' })
  tag?: string;
  @ApiPropertyOptional({ description: 'UUIDs of agents that are there.', type: [String], example: [] })
  agents?: string[];
  @ApiPropertyOptional({ description: '`number` of jobs.', type: 'array', items: { type: 'integer' }, example: [] })
  jobs?: number[];
}

/** Body of POST /tags/{tag}/agents/. */
export class AgentOfTagWire {
  @ApiProperty({ description: 'UUID of an agent that is there.', example: AGENT }) agent_id: string;
}

/** Answer of POST /tags/{tag}/agents/. */
export class AgentLinkWire {
  @ApiProperty({ example: AGENT }) id: string;
  @ApiProperty({ example: `/api/v1/agents/${AGENT}` }) href: string;
}

/** The columns of a tag. */
export const TAG_SCHEMA = { id: 'INTEGER', tag: 'VARCHAR(64)' } as const;

/** A tag with plain ids. */
export function toTagWire({ number, name, agents, jobs }: Omit<RelatedTag, 'id'>): TagWire {
  return {
    id: Number(number),
    tag: name,
    agents: agents.map(({ id }) => id),
    jobs: jobs.map((job) => job.number),
  };
}

/** A tag with its agents as objects. */
export function toSingleTagWire(tag: RelatedTag): SingleTagWire {
  return { ...toTagWire(tag), agents: tag.agents.map(toTaggedAgentWire) };
}

/** An agent of a tag. */
export function toTaggedAgentWire({ id, hostname }: RelatedTag['agents'][number]): TaggedAgentWire {
  return { id, hostname, href: hrefOf(id) };
}

/** Where an agent is found. */
export function hrefOf(agentId: string): string {
  return `/api/v1/agents/${agentId}`;
}
