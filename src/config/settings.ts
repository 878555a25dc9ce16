import { str } from 'envalid';
import {
  host,
  jobClass,
  list,
  networks,
  postgresUrl,
  tenantName,
  timeZone,
  truth,
  username,
  webUrl,
  whole,
} from './validators.js';

/** What a process can be told to do; see `ROLES`. */
export const ROLES = ['api', 'scheduler', 'worker'] as const;
export type Role = (typeof ROLES)[number];

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

/** Names of environment variables that children see unless `CHILD_ENV` says otherwise: nothing that can hold a secret. */
const HARMLESS_ENVIRONMENT = 'PATH,HOME,USER,LOGNAME,LANG,LC_ALL,TZ,TMPDIR,SHELL';

/** A job class, or a pattern in which `*` stands for any characters; after `user:` it means user classes only. */
export const JOB_CLASS_PATTERN = /^(user:)?[A-Za-z_*][\w.*-]{0,299}$/;

/**
 * Every setting, its type, default and description: the one source for parsing, `--help` and the README's table (a test
 * compares them). All come from the environment.
 */
export const SETTINGS = {
  PORT: whole(0, 65535)({ default: 8888, desc: 'TCP port of all APIs and Swagger UI; 0 takes any free one' }),
  HOST: host({ default: '127.0.0.1', desc: 'address to listen on' }),
  AUTH: str({
    choices: ['on', 'off'] as const,
    default: undefined,
    desc: 'on: everybody signs in; off: nobody does. Default: off when HOST is loopback, else on',
  }),
  ALLOW_OPEN_ACCESS_FROM_NETWORK: truth({
    default: false,
    desc: 'true insists on AUTH=off beyond loopback: everyone who reaches the port can run commands on this machine',
  }),
  ADMIN_USERNAME: username({
    default: 'admin',
    desc: 'name of the first administrator, made when AUTH is on and no user exists',
  }),
  ADMIN_PASSWORD: str({ default: undefined, desc: 'its password; default: one is made up and printed once' }),
  SESSION_HOURS: whole(1, 8760)({ default: 12, desc: 'time after which a browser has to sign in again' }),
  TRUSTED_PROXIES: list(
    /^[0-9a-f:.]+(\/\d{1,3})?$/i,
    'an IP address or a range such as 10.0.0.0/8',
  )({
    default: [],
    desc: 'reverse proxies whose X-Forwarded-For, -Proto and -Host are believed, comma-separated addresses or ranges',
  }),
  CORS_ORIGINS: list(
    /^(\*|https?:\/\/[a-z0-9.[\]:-]+)$/,
    'an origin such as https://pages.example.org, or an asterisk while AUTH is on',
  )({
    default: [],
    desc: 'origins whose web pages may call the APIs from a browser (CORS, without cookies), comma-separated; an asterisk means all and needs AUTH=on',
  }),
  DATA_DIR: str({ default: '.data', desc: 'folder of the embedded database, the logs and caches' }),
  DATABASE_URL: postgresUrl({ default: undefined, desc: 'PostgreSQL 13 or newer to use instead of the embedded one' }),
  DATABASE_DIRECT_URL: postgresUrl({
    default: undefined,
    desc: 'the same database past a transaction-pooling PgBouncer, for LISTEN and prepared statements; default: DATABASE_URL',
  }),
  DATABASE_POOL_SIZE: whole(
    1,
    500,
  )({ default: 10, desc: 'connections for API requests; making runs adds up to 6, scheduler and worker up to 5' }),
  ROLES: list(
    /^(api|scheduler|worker)$/,
    'one of api, scheduler, worker',
  )({
    default: ROLES,
    desc: 'what this process does: any of api, scheduler, worker, comma-separated',
  }),
  JOBS_DIR: str({
    default: 'docs/examples/jobs',
    desc: 'folder of your job classes (JavaScript and TypeScript modules)',
  }),
  DEMO: truth({ default: true, desc: 'create a demo job when a new database is set up' }),
  LOG_LEVEL: str({
    choices: LOG_LEVELS,
    default: 'info',
    desc: `least level that is logged: ${LOG_LEVELS.join(', ')}`,
  }),
  LOG_FORMAT: str({
    choices: ['auto', 'pretty', 'json'] as const,
    default: 'auto',
    desc: 'auto prints readable lines on a terminal and JSON elsewhere; or pretty, json',
  }),
  WORKER_SLOTS: whole(1, 10_000)({ default: 16, desc: 'runs that this process executes at the same time' }),
  WORKER_TAGS: list(
    /^[^\s,]{1,64}$/,
    'a tag of 1 to 64 characters without blanks',
  )({
    default: [],
    desc: 'tags of this worker, comma-separated; jobs can require or exclude them',
  }),
  WORKER_TENANT: tenantName({
    default: undefined,
    desc: 'name of the one tenant that this worker serves; default: all that do not insist on workers of their own',
  }),
  CHILD_ENV: list(
    /^[A-Za-z_][A-Za-z0-9_]*$/,
    'the name of an environment variable',
  )({
    default: HARMLESS_ENVIRONMENT.split(','),
    desc: 'names of the environment variables that shell jobs and job classes may see',
  }),
  FORBIDDEN_JOB_CLASSES: list(
    JOB_CLASS_PATTERN,
    'a job class or a pattern such as shell, user:* or reports.*',
  )({
    default: [],
    desc: 'job classes that nobody may use here: names and patterns such as shell, user:*, reports.*; the same on every replica',
  }),
  HTTP_ALLOW_PRIVATE_NETWORKS: truth({
    default: false,
    desc: 'http jobs may call private addresses (10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7)',
  }),
  HTTP_ALLOWED_NETWORKS: networks({
    default: [],
    desc: 'networks in CIDR notation that http jobs may call although they are not public',
  }),
  SLACK_WEBHOOK_URL: webUrl({
    default: undefined,
    desc: 'incoming webhook to which ndscheduler’s sample class SlackJob posts',
  }),
  CHAOSMONKEY_TIME_ZONE: timeZone({
    default: 'Europe/Madrid',
    desc: 'zone of the planners of the Chaos Monkey API: their dates and times are read in it, whatever offset they carry',
  }),
  CDROUTER_JOB_CLASS: jobClass({
    default: 'noop',
    desc: 'job class of packages that are made through the CDRouter API; it gets what was launched in its parameter cdrouter',
  }),
  LEASE_SECONDS: whole(
    3,
    3600,
  )({ default: 30, desc: 'silence after which a worker is declared lost and its runs are taken away' }),
  SWEEP_HORIZON_SECONDS: whole(
    2,
    3600,
  )({ default: 60, desc: 'how far ahead timers are armed; the database is swept every half of it' }),
  SHUTDOWN_GRACE_SECONDS: whole(
    0,
    3600,
  )({ default: 20, desc: 'time that running jobs get to finish after SIGTERM or SIGINT' }),
  HISTORY_DAYS: whole(
    0,
    36_500,
  )({
    default: 90,
    desc: 'days for which ended executions and their output are kept; 0: for ever. Tenants and jobs can differ',
  }),
  AUDIT_LOG_DAYS: whole(
    0,
    36_500,
  )({ default: 365, desc: 'days for which the audit log is kept; 0: for ever. Tenants can differ' }),
  REQUEST_TIMEOUT_SECONDS: whole(
    1,
    3600,
  )({ default: 60, desc: 'time in which a whole request must have arrived, its headers within a third of it' }),
  MAX_BODY_BYTES: whole(1024, 104_857_600)({ default: 1_048_576, desc: 'largest request body that is read' }),
};

export type SettingName = keyof typeof SETTINGS;
