/** Documents of the Chaos Monkey Engine. Source: contract chaosmonkey-executors.md 2.1, 2.2, 2.5, 2.6; reference document. */
import { ApiProperty } from '@nestjs/swagger';

const ID = { example: '3b373155577b4d1bbc62216ffea013a4', description: '32 hex digits.' };
const TIME = {
  example: '2027-10-23T19:19:1824319170',
  description: 'Date, hour, minute, and after the last colon the epoch of this wall clock.',
};
const FREE = { type: 'object' as const, additionalProperties: true };

/** A HAL link. */
export class ChaosLink {
  @ApiProperty({ example: '/api/1/executors/3b373155577b4d1bbc62216ffea013a4' }) href: string;
}

/** Links of a collection. */
export class ChaosSelfLinks {
  @ApiProperty({ type: ChaosLink }) self: ChaosLink;
}

/** Links of an item. */
export class ChaosItemLinks extends ChaosSelfLinks {
  @ApiProperty({ type: ChaosLink }) update: ChaosLink;
  @ApiProperty({ type: ChaosLink }) delete: ChaosLink;
}

/** An attack at a date. */
export class ChaosExecutor {
  @ApiProperty(ID) id: string;
  @ApiProperty({ ...TIME, description: `${TIME.description} In the scheduler zone, or the one of the date in a PUT.` })
  next_run_time: string;
  @ApiProperty({ ...ID, example: '3ec72048cab04b76bdf2cfd4bc81cd1e' }) plan_id: string;
  @ApiProperty({ example: false, description: 'The scheduler is done with it: its attack was started, or missed.' })
  executed: boolean;
  @ApiProperty({ type: ChaosItemLinks }) _links: ChaosItemLinks;
}

/** Executors within another document. */
export class ChaosEmbeddedExecutors {
  @ApiProperty({ type: [ChaosExecutor] }) executors: ChaosExecutor[];
}

/** `GET /api/1/executors/` */
export class ChaosExecutorList {
  @ApiProperty({ type: ChaosSelfLinks }) _links: ChaosSelfLinks;
  @ApiProperty({ type: ChaosEmbeddedExecutors }) _embedded: ChaosEmbeddedExecutors;
}

/** A plan in a list: `executed` is a number there. */
export class ChaosListedPlan {
  @ApiProperty({ ...ID, example: '6890192d8b6c40e5af16f13aa036c7dc' }) id: string;
  @ApiProperty({ example: 'Terminate instances in Playground' }) name: string;
  @ApiProperty({ ...TIME, description: `${TIME.description} In UTC.` }) created: string;
  @ApiProperty({ type: 'integer', example: 2, description: 'All of its executors, pending or not.' })
  executors_count: number;
  @ApiProperty({
    type: String,
    nullable: true,
    example: '2027-01-26 13:14:07.583000',
    description: 'The earliest date of its executors, passed or not.',
  })
  next_execution: string | null;
  @ApiProperty({ enum: [0, 1], example: 0, description: '1: no executor is pending.' }) executed: 0 | 1;
  @ApiProperty({ type: ChaosItemLinks }) _links: ChaosItemLinks;
}

/** `GET /api/1/plans/` */
export class ChaosPlanList {
  @ApiProperty({ type: [ChaosListedPlan] }) plans: ChaosListedPlan[];
  @ApiProperty({ type: ChaosSelfLinks }) _links: ChaosSelfLinks;
}

/** `GET /api/1/plans/<id>`: here `executed` is a boolean, and the two summaries are null. */
export class ChaosPlan {
  @ApiProperty({ ...ID, example: '6890192d8b6c40e5af16f13aa036c7dc' }) id: string;
  @ApiProperty({ example: 'Terminate instances in Playground' }) name: string;
  @ApiProperty({ ...TIME, description: `${TIME.description} In UTC.` }) created: string;
  @ApiProperty({ type: 'integer', nullable: true, example: null }) executors_count: null;
  @ApiProperty({ type: String, nullable: true, example: null }) next_execution: null;
  @ApiProperty({ example: false }) executed: boolean;
  @ApiProperty({ type: ChaosSelfLinks }) _links: ChaosSelfLinks;
  @ApiProperty({ type: ChaosEmbeddedExecutors }) _embedded: ChaosEmbeddedExecutors;
}

/** An attack or a planner as it describes itself. */
export class ChaosModule {
  @ApiProperty({ example: 'exact_planner:ExactPlanner', description: 'module:Class' }) ref: string;
  @ApiProperty({ ...FREE, description: 'JSON Schema.' }) schema: object;
  @ApiProperty({ ...FREE, example: { ref: 'exact_planner:ExactPlanner', args: { date: '2016-06-21T15:30:00' } } })
  example: object;
}

/** `GET /api/1/attacks/` */
export class ChaosAttackList {
  @ApiProperty({ type: [ChaosModule] }) attacks: ChaosModule[];
  @ApiProperty({ type: ChaosSelfLinks }) _links: ChaosSelfLinks;
}

/** `GET /api/1/planners/` */
export class ChaosPlannerList {
  @ApiProperty({ type: [ChaosModule] }) planners: ChaosModule[];
  @ApiProperty({ type: ChaosSelfLinks }) _links: ChaosSelfLinks;
}

/** The answer to what changes something, and every error. */
export class ChaosMessage {
  @ApiProperty({ example: 'ok' }) msg: string;
}

/** Links of an executor or plan. */
export function itemLinks(path: string): ChaosItemLinks {
  return { self: { href: path }, update: { href: path }, delete: { href: path } };
}

/** Link of the document that was asked for, with its query. */
export function selfLinks(url: string): ChaosSelfLinks {
  const target = url.replace(/^https?:\/\/[^/?#]*/i, '');
  return { self: { href: target.endsWith('?') ? target.slice(0, -1) : target } };
}
