import type { ApiBodyOptions } from '@nestjs/swagger';

const cronField = (example: string | number) => ({
  oneOf: [{ type: 'string' }, { type: 'integer' }],
  nullable: true,
  example,
});

/** The body of a POST or PUT, for Swagger UI. The example is the document's, with a class that exists. */
export const JOB_BODY: ApiBodyOptions = {
  schema: {
    type: 'object',
    required: ['job_class_string', 'name'],
    properties: {
      job_class_string: {
        type: 'string',
        description: 'Need not exist yet: a run of an unknown class ends as `scheduled error`.',
        example: 'simple_scheduler.jobs.sample_job.AwesomeJob',
      },
      name: { type: 'string', minLength: 1, maxLength: 200, example: 'My first job' },
      pub_args: { type: 'array', items: {}, nullable: true, example: ['arg1', 2] },
      month: cronField('*'),
      day_of_week: cronField('*'),
      day: cronField('*'),
      hour: cronField('*'),
      minute: cronField('*/1'),
    },
    additionalProperties: true,
  },
};
