import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** The answer of the liveness check. */
export class LiveDto {
  @ApiProperty({ enum: ['live'] })
  status: 'live';
}

/** One part of the readiness check. */
export class PartHealthDto {
  @ApiProperty({ enum: ['up', 'down'] })
  status: 'up' | 'down';

  @ApiPropertyOptional({ description: 'Why it is down.', type: String, example: 'The database does not answer.' })
  detail?: string;
}

/** The parts of the readiness check. */
export class ReadinessPartsDto {
  @ApiProperty({ type: PartHealthDto, description: 'The database answers within 2 s.', example: { status: 'up' } })
  database: PartHealthDto;

  @ApiProperty({
    type: PartHealthDto,
    description: 'Notifications of other processes arrive.',
    example: { status: 'up' },
  })
  listener: PartHealthDto;

  @ApiProperty({ type: PartHealthDto, description: 'The schema is that of this version.', example: { status: 'up' } })
  migrations: PartHealthDto;

  @ApiProperty({
    type: PartHealthDto,
    description: 'The process has started and is not leaving.',
    example: { status: 'up' },
  })
  process: PartHealthDto;
}

/** The answer of the readiness check. */
export class ReadinessDto {
  @ApiProperty({ enum: ['ready', 'not_ready'] })
  status: 'ready' | 'not_ready';

  @ApiProperty({ type: ReadinessPartsDto })
  parts: ReadinessPartsDto;
}
