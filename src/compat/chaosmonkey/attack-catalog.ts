/** The attacks of the original: what they say of themselves, and the job class that carries each out. Pure data. */
import type { JsonSchema } from './json-schema.js';

/** One attack. */
export interface ChaosAttack {
  readonly ref: string;
  /** For the whole `attack` of a plan, `args` included. */
  readonly schema: JsonSchema;
  readonly example: Readonly<Record<string, unknown>>;
  readonly jobClass: string;
}

const TEXT: JsonSchema = { type: 'string' };
const ANYTHING: JsonSchema = { type: 'object' };
const FILTERS: JsonSchema = { type: 'object', properties: { 'tag:Name': TEXT } };

/** Source: attacks/*.py of the original, in the order in which it lists them. */
export const ATTACKS: readonly ChaosAttack[] = [
  attack(
    'api_request:ApiRequest',
    {
      properties: { endpoint: TEXT, method: TEXT, payload: ANYTHING, headers: ANYTHING },
      required: ['endpoint', 'method', 'payload', 'headers'],
    },
    {
      endpoint: 'http://localhost:4500',
      method: 'GET',
      payload: { test: '1' },
      headers: { 'X-CUSTOM-HEADER': 'test' },
    },
  ),
  attack(
    'run_script:RunScript',
    {
      properties: {
        region: TEXT,
        filters: FILTERS,
        local_script: TEXT,
        remote_script: TEXT,
        ssh: { type: 'object', properties: { user: TEXT, pem: TEXT }, required: ['user', 'pem'] },
      },
      required: ['ssh', 'local_script', 'remote_script', 'filters', 'region'],
    },
    {
      region: 'eu-west-1',
      local_script: '/attacks/scripts/s_burncpu.sh',
      remote_script: '/tmp/s_burncpu.sh',
      filters: { 'tag:Name': 'playground-asg' },
      ssh: { user: 'ec2-user', pem: 'BASE64_STRING_PEM' },
    },
  ),
  attack(
    'terminate_ec2_instance:TerminateEC2Instance',
    { properties: { region: { type: 'string', optional: true }, filters: FILTERS }, required: ['filters', 'region'] },
    { filters: { 'tag:Name': 'playground-asg' }, region: 'eu-west-1' },
  ),
  attack(
    'terminate_ec2_instance_not_excluded:TerminateEC2InstanceNotExcluded',
    {
      properties: { region: TEXT, filters: FILTERS, excluded: FILTERS },
      required: ['region', 'filters', 'excluded'],
    },
    { filters: { 'tag:Team': 'ateam' }, excluded: { 'tag:Domain': 'mongo' }, region: 'eu-west-1' },
  ),
];

function attack(ref: string, args: JsonSchema, example: Readonly<Record<string, unknown>>): ChaosAttack {
  return {
    ref,
    schema: { type: 'object', properties: { ref: TEXT, args: { type: 'object', ...args } } },
    example: { ref, args: example },
    jobClass: `chaosmonkey.${ref.replace(':', '.')}`,
  };
}
