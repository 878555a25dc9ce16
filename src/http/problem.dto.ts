import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ERROR_CODES, type ErrorCode, type FieldError } from '../kernel/domain-error.js';
import type { Problem } from './problem.js';

/** One fault of one field. */
export class FieldErrorDto implements FieldError {
  @ApiProperty({
    description: 'JSON pointer into the body, `?name` for a query parameter, `:name` for a path parameter.',
    example: '/retry/maxAttempts',
  })
  field: string;

  @ApiProperty({ description: 'Stable word for the violated rule.', example: 'isInt' })
  code: string;

  @ApiProperty({
    description: 'Names the field, the value and what would be right.',
    example: '/retry/maxAttempts must be an integer number; got "3".',
  })
  message: string;
}

/** The body of every error (RFC 9457, `application/problem+json`). */
export class ProblemDto implements Problem {
  @ApiProperty({ description: 'Page that explains the code.', example: '/docs/problems#invalid_input' })
  type: string;

  @ApiProperty({ description: 'The code in words.', example: 'Invalid input' })
  title: string;

  @ApiProperty({ description: 'The HTTP status.', example: 400, type: 'integer' })
  status: number;

  @ApiProperty({ description: 'Stable word to decide by.', enum: Object.keys(ERROR_CODES), enumName: 'ErrorCode' })
  code: ErrorCode;

  @ApiProperty({
    description: 'What went wrong this time.',
    example: '/retry/maxAttempts must be an integer number; got "3".',
  })
  detail: string;

  @ApiProperty({ description: 'Path of the request.', example: '/api/v2/jobs' })
  instance: string;

  @ApiProperty({
    description: 'Finds the request in the log; the same as the header `X-Request-Id`.',
    example: '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e',
  })
  requestId: string;

  @ApiPropertyOptional({ description: 'Every fault of the input.', type: [FieldErrorDto] })
  errors?: FieldErrorDto[];
}
