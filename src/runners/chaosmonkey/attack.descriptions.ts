import type { ArgumentDescription, JobClassDescription } from '../runner.js';

export const API_REQUEST = 'chaosmonkey.api_request.ApiRequest';
export const RUN_SCRIPT = 'chaosmonkey.run_script.RunScript';
/** Attacks that only AWS could carry out. */
export const EC2_ATTACKS = [
  'chaosmonkey.terminate_ec2_instance.TerminateEC2Instance',
  'chaosmonkey.terminate_ec2_instance_not_excluded.TerminateEC2InstanceNotExcluded',
] as const;

const AWS_NOTE = 'Carillon does not speak the AWS API: runs end as failed (aws_not_configured) and terminate nothing.';

/** What people read about the attacks of the Chaos Monkey Engine. */
export const ATTACK_DESCRIPTIONS: readonly JobClassDescription[] = [
  {
    ...described(API_REQUEST, 'Call an API (Chaos Monkey Engine)'),
    notes:
      'Makes one HTTP call under the address rules of the class http, the payload as a form. Any answer is a success; the result is ' +
      '{ "status", "headers", "body" }.',
    parameters: [
      parameter('endpoint', 'string', 'An http or https URL.'),
      parameter('method', 'string', 'Such as GET or POST.'),
      parameter('payload', 'object', 'Fields of the form; {} for none.'),
      parameter('headers', 'object of strings', 'Headers of the request; {} for none.'),
    ],
    exampleParameters: { endpoint: 'https://example.org/', method: 'POST', payload: { test: '1' }, headers: {} },
  },
  {
    ...described(RUN_SCRIPT, 'Run a script on another machine (Chaos Monkey Engine)'),
    notes:
      'Copies a script of the worker to a machine over ssh and runs it there. The machine is named by the filter private-ip-address, ' +
      `ip-address, private-dns-name or dns-name. By other filters only AWS could find machines. ${AWS_NOTE}`,
    runsCode: true,
    parameters: [
      parameter('region', 'string', 'Not used.'),
      parameter('filters', 'object', 'Such as {"private-ip-address": "10.0.0.7"}; of a list one is chosen at random.'),
      parameter('local_script', 'string', 'Path of the script on the worker.'),
      parameter('remote_script', 'string', 'Path that it gets on the other machine.'),
      parameter('ssh', 'object', 'user, and pem: the private key in base64.'),
    ],
    exampleParameters: {
      region: 'eu-west-1',
      filters: { 'private-ip-address': '10.0.0.7' },
      local_script: '/attacks/scripts/s_burncpu.sh',
      remote_script: '/tmp/s_burncpu.sh',
      ssh: { user: 'ec2-user', pem: 'BASE64_STRING_PEM' },
    },
  },
  ...EC2_ATTACKS.map((jobClass) => ({
    ...described(jobClass, 'Terminate an EC2 instance (Chaos Monkey Engine)'),
    notes: AWS_NOTE,
    parameters: [parameter('filters', 'object', 'Filters of EC2.'), parameter('region', 'string', 'Of AWS.')],
    exampleParameters: { filters: { 'tag:Name': 'playground-asg' }, region: 'eu-west-1' },
  })),
];

function described(
  jobClass: string,
  title: string,
): Omit<JobClassDescription, 'notes' | 'parameters' | 'exampleParameters'> {
  return { jobClass, title, runsCode: false, source: 'builtin', arguments: [], exampleArguments: [] };
}

function parameter(name: string, type: string, description: string): ArgumentDescription {
  return { name, type, description, required: true };
}
