import { ApiProperty, ApiPropertyOptional, PickType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsInt, Max, Min, ValidateIf, ValidateNested } from 'class-validator';
import { RunNowDto } from './execution.dto.js';
import { EXECUTION_STATES, type ExecutionState } from './execution.state.js';

/** Runs of one request. */
export const MOST_RUNS = 10_000;

const given = (_dto: object, value: unknown): boolean => value !== undefined;

/** How one of many runs differs from the job. */
export class OneOfManyDto extends PickType(RunNowDto, ['args', 'parameters', 'runAt'] as const) {}

/** Runs to make at once: one for each item of `runs`, or `count` that are like the job. Exactly one of the two. */
export class RunManyDto extends PickType(RunNowDto, ['interfaces', 'force', 'ifBusy'] as const) {
  @ApiPropertyOptional({
    description: 'One run for each item. An empty item is a run as the job has it.',
    type: [OneOfManyDto],
    minItems: 1,
    maxItems: MOST_RUNS,
    example: [{ args: ['echo one'] }, { args: ['echo two'], runAt: '2030-01-01T00:00:00Z' }],
  })
  @ValidateIf(given)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_RUNS)
  @ValidateNested({ each: true })
  @Type(() => OneOfManyDto)
  runs?: OneOfManyDto[];

  @ApiPropertyOptional({
    description: 'So many runs, all as the job has it.',
    minimum: 1,
    maximum: MOST_RUNS,
    type: 'integer',
    example: 100,
  })
  @ValidateIf(given)
  @IsInt()
  @Min(1)
  @Max(MOST_RUNS)
  count?: number;
}

/** What became of one of many runs. */
export class RunOfManyDto {
  @ApiProperty({
    description: 'Null for one that was rejected: it does not exist.',
    format: 'uuid',
    nullable: true,
    type: String,
    example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e',
  })
  id: string | null;
  @ApiProperty({
    description: '`rejected`: the job or its group had no room and `ifBusy` or the rules say to refuse it then.',
    enum: [...EXECUTION_STATES, 'rejected'],
    example: 'pending',
  })
  state: ExecutionState | 'rejected';
}

/** What became of many runs. */
export class RunsMadeDto {
  @ApiProperty({ description: 'Executions that exist now.', type: 'integer', example: 2 }) made: number;
  @ApiProperty({ type: 'integer', example: 0 }) rejected: number;
  @ApiProperty({ description: 'In the order of the request.', type: [RunOfManyDto] }) executions: RunOfManyDto[];
}
