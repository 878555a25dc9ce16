// Every list of the compatible APIs, with each kind of filter and each order that they offer.
import type { CompatHistory } from './compat-history.js';
import type { ListRequest } from './list-timing.js';

const list = (api: string, name: string, path: ListRequest<CompatHistory>['path']): ListRequest<CompatHistory> => ({
  name: `${api}: ${name}`,
  path,
});
const encoded = (text: string): string => encodeURIComponent(text);

const executions = (name: string, query: string | ((history: CompatHistory) => string)): ListRequest<CompatHistory> =>
  list(
    'Cloudify',
    name,
    (history) => `/api/v3.1/executions?_size=25${typeof query === 'string' ? query : query(history)}`,
  );

const CLOUDIFY: readonly ListRequest<CompatHistory>[] = [
  executions('first', ''),
  list('Cloudify', 'without a size: 1,000', () => '/api/v3.1/executions'),
  executions('_include', '&_include=id,status'),
  executions('_include_system_workflows', '&_include_system_workflows=True'),
  executions('offset in the middle', ({ rows }) => `&_offset=${Math.floor(rows / 4)}`),
  executions('offset near the end', ({ rows }) => `&_offset=${Math.floor(rows / 2) - 100}`),
  ...[
    'created_at',
    'started_at',
    'ended_at',
    'id',
    'status',
    'error',
    'created_by',
    'deployment_id',
    'workflow_id',
    'is_dry_run',
    'scheduled_for',
  ].flatMap((field) => [executions(`by ${field}`, `&_sort=${field}`), executions(`by -${field}`, `&_sort=-${field}`)]),
  executions('by deployment_id and -created_at', '&_sort=deployment_id&_sort=-created_at'),
  executions('status=terminated', '&status=terminated'),
  executions('status=failed', '&status=failed'),
  executions('status=pending', '&status=pending'),
  executions('status=started (none)', '&status=started'),
  executions('status=pending or failed', '&status=pending&status=failed'),
  executions('status_display=completed', '&status_display=completed'),
  executions('deployment_id', '&deployment_id=deployment-3'),
  executions('deployment_id, -created_at', '&deployment_id=deployment-3&_sort=-created_at'),
  executions('two deployments', '&deployment_id=deployment-3&deployment_id=deployment-4'),
  executions('deployment_id, failed', '&deployment_id=deployment-3&status=failed'),
  executions('blueprint_id', '&blueprint_id=hello-world'),
  executions('workflow_id', '&workflow_id=install'),
  executions('id', ({ executionId }) => `&id=${executionId}`),
  executions('created_at', ({ madeAt }) => `&created_at=${madeAt}`),
  executions('started_at', ({ madeAt }) => `&started_at=${madeAt}`),
  executions('ended_at', ({ madeAt }) => `&ended_at=${madeAt}`),
  executions('error', `&error=${encoded('The command ended with exit code 1.')}`),
  executions('error (none)', '&error='),
  executions('created_by', '&created_by=anonymous'),
  executions('created_by (nobody)', '&created_by=nobody'),
  executions('is_dry_run=true', '&is_dry_run=true'),
  executions('is_dry_run=false', '&is_dry_run=false'),
  executions('resume=true (none)', '&resume=true'),
  executions('parameters', '&parameters={}'),
  executions('scheduled_for (none)', '&scheduled_for=2099-01-01T00:00:00.000Z'),
  list('Cloudify', 'deployments', () => '/api/v3.1/deployments'),
  list('Cloudify', 'workflows', () => '/api/v3.1/workflows'),
  list('Cloudify', 'blueprints', () => '/api/v3.1/blueprints'),
  list('Cloudify', 'tenants', () => '/api/v3.1/tenants'),
];

const jobs = (name: string, query: string | ((history: CompatHistory) => string)): ListRequest<CompatHistory> =>
  list('CDRouter', name, (history) => `/api/v1/jobs/?limit=25${typeof query === 'string' ? query : query(history)}`);
const filtered = (filter: string): ListRequest<CompatHistory> => jobs(filter, `&filter=${encoded(filter)}`);

const CDROUTER: readonly ListRequest<CompatHistory>[] = [
  jobs('first', ''),
  jobs('page in the middle', ({ rows }) => `&page=${Math.floor(rows / 50)}`),
  jobs('last page', ({ rows }) => `&page=${Math.floor(rows / 25)}`),
  ...[
    'id',
    'status',
    'active',
    'package_id',
    'package_name',
    'device_id',
    'device_name',
    'config_id',
    'config_name',
    'result_id',
    'user_id',
    'created',
    'updated',
    'run_at',
  ].flatMap((field) => [jobs(`by ${field}`, `&sort=${field}`), jobs(`by -${field}`, `&sort=-${field}`)]),
  ...['automatic', 'uses_wireless', 'uses_ics', 'ics_interface_name', 'options.begin_at', 'options.extra_cli_args'].map(
    (field) => jobs(`by ${field}`, `&sort=${field}`),
  ),
  jobs('by config_name and -id', '&sort=config_name,-id'),
  ...[
    'status=completed',
    'status=error',
    'status=pending',
    'status=running',
    'status!=completed',
    'status~comp',
    'active=true',
    'active=false',
  ].map(filtered),
  ...[
    'package_name=Package 3',
    'package_name~*package 3',
    'package_name!~3',
    'package_id>0',
    'device_name=Device 2',
    'device_id!=0',
  ].map(filtered),
  ...[
    'config_name=Config 4',
    'config_name~[45]$',
    'config_id=0',
    'user_id=0',
    'user_id!=0',
    'automatic=true',
    'automatic=false',
  ].map(filtered),
  jobs('id=', ({ number }) => `&filter=id=${number}`),
  jobs('id>', ({ number }) => `&filter=${encoded(`id>${number}`)}`),
  jobs('result_id=', ({ resultNumber }) => `&filter=result_id=${resultNumber}`),
  jobs('result_id>', ({ resultNumber }) => `&filter=${encoded(`result_id>${resultNumber}`)}`),
  jobs('result_id!=', ({ resultNumber }) => `&filter=${encoded(`result_id!=${resultNumber}`)}`),
  ...['created', 'updated', 'run_at'].flatMap((field) => [
    jobs(`${field}>`, ({ madeAt }) => `&filter=${encoded(`${field}>${madeAt}`)}`),
    jobs(`${field}=`, ({ madeAt }) => `&filter=${encoded(`${field}=${madeAt}`)}`),
  ]),
  ...[
    'interface_names@>{eth1}',
    'interface_names={}',
    'uses_wireless=true',
    'uses_wireless=false',
    'uses_ics=true',
    'ics_interface_name=eth9',
  ].map(filtered),
  ...[
    'options.tags@>{nightly,DHCP}',
    'options.tags&&{working}',
    'options.tags<@{working}',
    'options.tags={}',
    'options.skip_tests@>{x}',
  ].map(filtered),
  ...['options.begin_at=', 'options.extra_cli_args~testvar'].map(filtered),
  jobs('completed, of a config', `&filter=status=completed&filter=${encoded('config_name=Config 4')}`),
  jobs('union', `&type=union&filter=status=error&filter=${encoded('config_name=Config 4')}`),
  list('CDRouter', 'packages', () => '/api/v1/packages/?detailed=true'),
  list(
    'CDRouter',
    'packages, filtered',
    () => `/api/v1/packages/?filter=${encoded('name~*package')}&filter=${encoded('tags@>{DHCP}')}&sort=-name`,
  ),
  list('CDRouter', 'devices', () => '/api/v1/devices/?sort=name'),
  list('CDRouter', 'configs', () => '/api/v1/configs/?sort=-name'),
];

const around = ({ madeAt }: CompatHistory, minutes: number): string =>
  `time_range_start=${new Date(Date.parse(madeAt) - minutes * 60_000).toISOString()}&time_range_end=${madeAt}`;

const OTHERS: readonly ListRequest<CompatHistory>[] = [
  list('ndscheduler', 'jobs', () => '/api/v1/jobs'),
  list('ndscheduler', 'executions of ten minutes', (history) => `/api/v1/executions?${around(history, 10)}`),
  list('ndscheduler', 'executions, now', () => '/api/v1/executions'),
  list('ndscheduler', 'logs', () => '/api/v1/logs'),
  list(
    'ndscheduler',
    'logs of a day',
    () => `/api/v1/logs?time_range_start=${new Date(Date.now() - 86_400_000).toISOString()}`,
  ),
  list('Chaos Monkey', 'executors', () => '/api/1/executors/'),
  list('Chaos Monkey', 'executors, executed', () => '/api/1/executors/?executed=true'),
  list('Chaos Monkey', 'plans', () => '/api/1/plans/'),
  list('Chaos Monkey', 'plans, all', () => '/api/1/plans/?all=true'),
  list('Chaos Monkey', 'attacks', () => '/api/1/attacks/'),
  list('Chaos Monkey', 'planners', () => '/api/1/planners/'),
  list('PyFarm', 'tags', () => '/api/v1/tags/'),
  list('PyFarm', 'agents', () => '/api/v1/agents/'),
  list('PyFarm', 'agents of some memory', () => '/api/v1/agents/?min_ram=1050&max_cpus=8'),
];

/** All of them. Each is sent with the tenant's name in a header, which Cloudify insists on. */
export const COMPAT_REQUESTS: readonly ListRequest<CompatHistory>[] = [...CLOUDIFY, ...CDROUTER, ...OTHERS];
