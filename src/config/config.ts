import { resolve } from 'node:path';
import { cleanEnv } from 'envalid';
import { childEnvironment } from './child-environment.js';
import { isLoopback } from './loopback.js';
import { SETTINGS, type Role } from './settings.js';

/** The parsed settings of this process. Units stand in the names; paths are absolute. */
export interface Config {
  readonly port: number;
  readonly host: string;
  /** Whether callers have to sign in. False: everybody is a system administrator named anonymous. */
  readonly isAuthOn: boolean;
  readonly adminUsername: string;
  /** Null: one is made up when the first administrator is. */
  readonly adminPassword: string | null;
  readonly sessionMs: number;
  /** Addresses and CIDR ranges of reverse proxies whose `X-Forwarded-…` headers are believed. */
  readonly trustedProxies: readonly string[];
  /** Lower case; `*`: all of them. */
  readonly corsOrigins: readonly string[];
  readonly dataDir: string;
  /** Null: the embedded PostgreSQL. */
  readonly databaseUrl: string | null;
  readonly databaseDirectUrl: string | null;
  readonly databasePoolSize: number;
  readonly roles: ReadonlySet<Role>;
  readonly jobsDir: string;
  readonly demo: boolean;
  readonly logLevel: string;
  readonly logFormat: 'pretty' | 'json';
  readonly workerSlots: number;
  readonly workerTags: readonly string[];
  /** Name of the one tenant that the worker serves; null: all. */
  readonly workerTenant: string | null;
  /** The allow-listed environment of child processes, values included. */
  readonly childEnvironment: Readonly<Record<string, string>>;
  /** Names and patterns of job classes that nobody may use. */
  readonly forbiddenJobClasses: readonly string[];
  /** True while whoever can define an `http` job can reach the services of this machine anyway: in the open mode. */
  readonly httpAllowLoopback: boolean;
  readonly httpAllowPrivateNetworks: boolean;
  /** CIDR notation. */
  readonly httpAllowedNetworks: readonly string[];
  /** Null: not set. A secret: whoever knows it can post. */
  readonly slackWebhookUrl: string | null;
  /** A name that Intl knows. */
  readonly chaosmonkeyTimeZone: string;
  /** Job class of packages that are made through the CDRouter API. */
  readonly cdrouterJobClass: string;
  readonly leaseMs: number;
  readonly sweepHorizonMs: number;
  readonly shutdownGraceMs: number;
  /** Days for which ended executions are kept where neither job nor tenant says; 0: for ever. */
  readonly historyDays: number;
  /** Days for which audit entries are kept where the tenant does not say; 0: for ever. */
  readonly auditLogDays: number;
  readonly requestTimeoutMs: number;
  readonly maxBodyBytes: number;
}

/** All that is wrong with the settings, in one message. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(
      `Carillon cannot start: ${problems.length === 1 ? 'a setting is' : `${problems.length} settings are`} wrong.\n` +
        problems.map((problem) => `  ${problem}`).join('\n') +
        '\nAll settings: npm start -- --help',
    );
    this.name = 'ConfigError';
  }
}

/**
 * Parses the settings once. Throws `ConfigError` listing every problem. Relative paths are taken from `baseDir`, the folder of
 * the installation, so that the data does not move with the working directory.
 */
export function parseConfig(env: NodeJS.ProcessEnv, baseDir: string, isTerminal = false): Config {
  const problems: string[] = [];
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const clean = cleanEnv(given, SETTINGS, {
    reporter: ({ errors }) => {
      for (const [name, error] of Object.entries(errors)) problems.push(`${name}: ${error.message}`);
    },
  });
  const read = <T>(get: () => T): T | undefined => {
    try {
      return get();
    } catch {
      return undefined; // a value that was reported above
    }
  };
  const url = read(() => clean.DATABASE_URL);
  const directUrl = read(() => clean.DATABASE_DIRECT_URL);
  if (directUrl !== undefined && url === undefined && !problems.some((p) => p.startsWith('DATABASE_URL'))) {
    problems.push('DATABASE_DIRECT_URL: given without DATABASE_URL; set both or neither');
  }
  const host = read(() => clean.HOST);
  const auth = read(() => clean.AUTH);
  if (
    host !== undefined &&
    !isLoopback(host) &&
    auth === 'off' &&
    read(() => clean.ALLOW_OPEN_ACCESS_FROM_NETWORK) === false
  ) {
    problems.push(
      `AUTH: off while HOST is ${host}: everyone who reaches the port could run commands on this machine. ` +
        'Leave AUTH out, or set HOST=127.0.0.1, or insist with ALLOW_OPEN_ACCESS_FROM_NETWORK=true',
    );
  }
  const isOpen = auth === 'off' || (auth === undefined && host !== undefined && isLoopback(host));
  if (isOpen && read(() => clean.CORS_ORIGINS)?.includes('*') === true)
    problems.push(
      'CORS_ORIGINS: * while AUTH is off: any web page could run commands on this machine. Name the origins',
    );
  const roles = read(() => clean.ROLES);
  if (roles?.length === 0) problems.push('ROLES: the list is empty; expected any of api, scheduler, worker');
  const child = childEnvironment(read(() => clean.CHILD_ENV) ?? [], env);
  problems.push(...child.problems);
  if (problems.length > 0) throw new ConfigError(problems);
  const isAuthOn = clean.AUTH === undefined ? !isLoopback(clean.HOST) : clean.AUTH === 'on';
  return {
    port: clean.PORT,
    host: clean.HOST,
    isAuthOn,
    adminUsername: clean.ADMIN_USERNAME,
    adminPassword: clean.ADMIN_PASSWORD ?? null,
    sessionMs: clean.SESSION_HOURS * 3_600_000,
    trustedProxies: clean.TRUSTED_PROXIES,
    corsOrigins: clean.CORS_ORIGINS,
    dataDir: resolve(baseDir, clean.DATA_DIR),
    databaseUrl: clean.DATABASE_URL ?? null,
    databaseDirectUrl: clean.DATABASE_DIRECT_URL ?? null,
    databasePoolSize: clean.DATABASE_POOL_SIZE,
    roles: new Set(clean.ROLES as readonly Role[]),
    jobsDir: resolve(baseDir, clean.JOBS_DIR),
    demo: clean.DEMO,
    logLevel: clean.LOG_LEVEL,
    logFormat: clean.LOG_FORMAT === 'auto' ? (isTerminal ? 'pretty' : 'json') : clean.LOG_FORMAT,
    workerSlots: clean.WORKER_SLOTS,
    workerTags: clean.WORKER_TAGS,
    workerTenant: clean.WORKER_TENANT ?? null,
    childEnvironment: child.variables,
    forbiddenJobClasses: clean.FORBIDDEN_JOB_CLASSES,
    httpAllowLoopback: !isAuthOn,
    httpAllowPrivateNetworks: clean.HTTP_ALLOW_PRIVATE_NETWORKS,
    httpAllowedNetworks: clean.HTTP_ALLOWED_NETWORKS,
    slackWebhookUrl: clean.SLACK_WEBHOOK_URL ?? null,
    chaosmonkeyTimeZone: clean.CHAOSMONKEY_TIME_ZONE,
    cdrouterJobClass: clean.CDROUTER_JOB_CLASS,
    leaseMs: clean.LEASE_SECONDS * 1000,
    sweepHorizonMs: clean.SWEEP_HORIZON_SECONDS * 1000,
    shutdownGraceMs: clean.SHUTDOWN_GRACE_SECONDS * 1000,
    historyDays: clean.HISTORY_DAYS,
    auditLogDays: clean.AUDIT_LOG_DAYS,
    requestTimeoutMs: clean.REQUEST_TIMEOUT_SECONDS * 1000,
    maxBodyBytes: clean.MAX_BODY_BYTES,
  };
}
