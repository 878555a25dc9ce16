import { ApiProperty } from '@nestjs/swagger';

/** An argument or parameter of a job class. */
export class JobClassArgumentDto {
  @ApiProperty({ example: 'command' }) name: string;
  @ApiProperty({ example: 'string' }) type: string;
  @ApiProperty({ example: 'The command line.' }) description: string;
  @ApiProperty({ example: true }) required: boolean;
}

/** A job class and how to use it. */
export class JobClassDto {
  @ApiProperty({ example: 'shell' }) jobClass: string;
  @ApiProperty({ example: 'Shell command' }) title: string;
  @ApiProperty({ example: 'Runs a command line or a program.' }) notes: string;
  @ApiProperty({ description: 'Runs code on the worker.', example: true }) runsCode: boolean;
  @ApiProperty({ enum: ['builtin', 'user'], example: 'builtin' }) source: string;
  @ApiProperty({ type: [JobClassArgumentDto] }) arguments: JobClassArgumentDto[];
  @ApiProperty({ type: [JobClassArgumentDto] }) parameters: JobClassArgumentDto[];
  @ApiProperty({ type: 'array', items: {}, example: ['echo hello'] }) exampleArguments: unknown[];
  @ApiProperty({ type: 'object', additionalProperties: true, example: {} }) exampleParameters: Record<string, unknown>;
}
