import type { JobClassDescription } from '../runner.js';

/** What people read about the job class `http`. */
export const HTTP_DESCRIPTION: JobClassDescription = {
  jobClass: 'http',
  title: 'Call a URL',
  notes:
    'Makes one HTTP request, follows up to 5 redirects, and succeeds when the status is an expected one (200-299 unless told ' +
    'otherwise). The result is { "status", "headers", "body" }; up to 64 KiB of the body are kept. Without any timeout ' +
    'a request may take 60 s. Addresses of this machine and of private networks may be closed to it.',
  runsCode: false,
  source: 'builtin',
  arguments: [
    { name: 'url', type: 'string', description: 'An http or https URL.', required: true },
    { name: 'method', type: 'string', description: 'Default: GET.', required: false },
  ],
  parameters: [
    { name: 'method', type: 'string', description: 'The same as the second argument.', required: false },
    { name: 'headers', type: 'object of strings', description: 'Headers of the request.', required: false },
    {
      name: 'body',
      type: 'string or JSON value',
      description: 'A string is sent as it is, anything else as JSON.',
      required: false,
    },
    {
      name: 'timeoutMs',
      type: 'integer',
      description: 'Milliseconds for everything, redirects included.',
      required: false,
    },
    {
      name: 'expectedStatus',
      type: 'list of numbers and ranges',
      description: 'For example [200, "300-399"].',
      required: false,
    },
    { name: 'followRedirects', type: 'boolean', description: 'Default: true.', required: false },
  ],
  exampleArguments: ['https://example.org/hook', 'POST'],
  exampleParameters: { body: { hello: 'world' }, expectedStatus: ['200-299'] },
};
