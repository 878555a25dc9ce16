import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsNumber, Max, Min, ValidateIf } from 'class-validator';
import { IsSeconds } from '../http/is-seconds.js';

const given = (_dto: object, value: unknown): boolean => value !== undefined;

/** Ten days; longer waits are a trigger's business. */
const LONGEST_DELAY_SECONDS = 864_000;

/** What happens after a failed or timed-out attempt. The delay is initialDelaySeconds × factor^(attempt − 1), bounded, then spread. */
export class RetryDto {
  @ApiPropertyOptional({
    description: 'Attempts in all, the first included.',
    minimum: 1,
    maximum: 100,
    default: 1,
    example: 3,
    type: 'integer',
  })
  @ValidateIf(given)
  @IsInt()
  @Min(1)
  @Max(100)
  maxAttempts?: number;

  @ApiPropertyOptional({
    description: 'Wait after the first attempt.',
    minimum: 0,
    maximum: LONGEST_DELAY_SECONDS,
    default: 5,
    example: 5,
  })
  @ValidateIf(given)
  @IsSeconds()
  @Min(0)
  @Max(LONGEST_DELAY_SECONDS)
  initialDelaySeconds?: number;

  @ApiPropertyOptional({
    description: 'Growth of the wait from attempt to attempt.',
    minimum: 1,
    maximum: 10,
    default: 2,
    example: 2,
  })
  @ValidateIf(given)
  @IsNumber()
  @Min(1)
  @Max(10)
  factor?: number;

  @ApiPropertyOptional({
    description: 'Longest wait.',
    minimum: 0,
    maximum: LONGEST_DELAY_SECONDS,
    default: 3600,
    example: 3600,
  })
  @ValidateIf(given)
  @IsSeconds()
  @Min(0)
  @Max(LONGEST_DELAY_SECONDS)
  maxDelaySeconds?: number;

  @ApiPropertyOptional({
    description: 'Fraction by which the wait varies both ways.',
    minimum: 0,
    maximum: 1,
    default: 0.2,
    example: 0.2,
  })
  @ValidateIf(given)
  @IsNumber()
  @Min(0)
  @Max(1)
  jitter?: number;
}
