import type { ApiQueryOptions } from '@nestjs/swagger';

const TIME = { required: false, type: String };

/** The first end of a range, for Swagger UI. */
export const RANGE_START: ApiQueryOptions = {
  ...TIME,
  name: 'time_range_start',
  description: 'ISO 8601; without an offset UTC. Default: ten minutes ago.',
  example: '2015-12-19T00:31:50.313Z',
};
/** The last one. */
export const RANGE_END: ApiQueryOptions = {
  ...TIME,
  name: 'time_range_end',
  description: 'The same. Default: now.',
  example: '2099-12-19T01:31:50.313Z',
};
