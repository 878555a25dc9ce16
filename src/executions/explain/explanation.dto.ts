import { ApiProperty } from '@nestjs/swagger';
import { EXECUTION_STATES } from '../execution.state.js';
import type { Explanation } from './explain.service.js';
import { REASON_CODES } from './rules.js';

/** One reason. */
export class ReasonDto {
  @ApiProperty({
    description: Object.entries(REASON_CODES)
      .map(([code, meaning]) => `\`${code}\`: ${meaning}`)
      .join('\n\n'),
    enum: Object.keys(REASON_CODES),
    enumName: 'ReasonCode',
    example: 'no_agent_with_tags',
  })
  code: string;

  @ApiProperty({ description: 'The same for people.', example: 'None of 3 workers fits the tags: gpu.' })
  message: string;

  @ApiProperty({
    description: 'What the code stands on; see the code.',
    type: 'object',
    additionalProperties: true,
    example: { requiredTags: ['gpu'], excludedTags: [], nearest: [], agents: 3 },
  })
  facts: Record<string, unknown>;
}

/** Why something does not run, or what happened to it. */
export class ExplanationDto {
  @ApiProperty({
    description: 'The instant that it speaks of.',
    format: 'date-time',
    example: '2026-11-22T08:00:00.000Z',
  })
  at: string;

  @ApiProperty({
    description: 'State of the execution; null for a job.',
    enum: EXECUTION_STATES,
    nullable: true,
    example: 'pending',
  })
  state: string | null;

  @ApiProperty({ description: 'Most decisive first; never empty.', type: [ReasonDto] })
  reasons: ReasonDto[];
}

/** An explanation as the API prints it; dates within facts print as ISO 8601. */
export function toExplanationDto({ at, state, reasons }: Explanation): ExplanationDto {
  return { at: at.toISOString(), state, reasons: reasons.map((reason) => ({ ...reason, facts: { ...reason.facts } })) };
}
