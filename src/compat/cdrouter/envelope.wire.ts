// What every answer of the CDRouter Web API is wrapped in, after its published page "Jobs".
import { ApiProperty } from '@nestjs/swagger';
import type { CdrouterLinks } from './paging.js';
import { wireTime } from './wire-time.js';

/** The body of every error. */
export class CdrouterError {
  @ApiProperty({ description: 'What is wrong; the client shows it as it is.', example: 'no such job' }) error: string;
}

/** One thing, or a list of things without pages. */
export interface Envelope<Data> {
  readonly timestamp: string;
  readonly data: Data;
}

/** A page of a list. */
export interface ListEnvelope<Item> extends Envelope<readonly Item[]> {
  readonly links: CdrouterLinks;
}

/** Wraps an answer; the time is when it was made. */
export function enveloped<Data>(data: Data, now: Date): Envelope<Data> {
  return { timestamp: wireTime(now), data };
}
