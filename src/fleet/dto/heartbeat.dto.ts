import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsOptional, Max, Min } from 'class-validator';
import { LONGEST_WAIT_SECONDS, type Heartbeat, type HeartbeatAnswer } from '../../agents/agent-protocol.js';
import { FencedRunDto, HeldRuns, StopDto, type HeldRunDto } from './held-run.dto.js';

/** A sign of life. */
export class HeartbeatDto implements Heartbeat {
  @HeldRuns('Every run that the agent holds.')
  held: HeldRunDto[];

  @ApiPropertyOptional({
    description: 'Longest time to wait for news; never longer than a third of the lease.',
    type: 'integer',
    minimum: 0,
    maximum: LONGEST_WAIT_SECONDS,
    default: 0,
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(LONGEST_WAIT_SECONDS)
  waitSeconds?: number;

  @ApiPropertyOptional({ description: 'The agent knows that it drains, so that this is no news.', default: false })
  @IsOptional()
  @IsBoolean()
  draining?: boolean;
}

/** What the server has to say. */
export class HeartbeatAnswerDto implements HeartbeatAnswer {
  @ApiProperty({ description: '`draining`: finish what you have, take nothing more.', enum: ['online', 'draining'] })
  state: 'online' | 'draining';

  @ApiProperty({ description: 'Runs to stop that the agent does not stop yet.', type: [StopDto] })
  stops: StopDto[];

  @ApiProperty({ description: 'Held runs that are no longer this agent’s: kill and forget them.', type: [String] })
  notYours: string[];

  @ApiProperty({
    description:
      'Runs that were handed out 10 s ago or more, that the agent did not name and that were taken back. Ignore a late answer that brings them.',
    type: [FencedRunDto],
  })
  takenBack: FencedRunDto[];
}
