import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { cleanEnv, str } from 'envalid';
import { childEnvironment } from './child-environment.js';
import { ConfigError } from './config.js';
import { SETTINGS } from './settings.js';
import { list, truth, webUrl, whole } from './validators.js';

/** The settings of `carillon-agent`, by environment variable; most have an option of the command line as well. */
export const AGENT_SETTINGS = {
  AGENT_URL: webUrl({ default: 'http://127.0.0.1:8888', desc: 'where the server is' }),
  AGENT_TOKEN: str({ default: '', desc: 'a join token or an API token; none in the open mode' }),
  AGENT_TENANT: str({ default: '', desc: 'tenant to serve, where the token leaves a choice' }),
  AGENT_NAME: str({ default: hostname(), desc: 'name of this agent' }),
  AGENT_SLOTS: whole(1, 10_000)({ default: 4, desc: 'runs at the same time' }),
  AGENT_TAGS: list(
    /^[^\s,]{1,64}$/,
    'a tag of 1 to 64 characters without blanks',
  )({ default: [], desc: 'what it can do, comma-separated' }),
  AGENT_SHARED: truth({ default: undefined, desc: 'true: serve every tenant (system administrators only)' }),
  AGENT_DATA_DIR: str({ default: '.carillon-agent', desc: 'folder of its credential, log and compiled job classes' }),
  JOBS_DIR: str({ default: '', desc: 'folder of job classes; default: none' }),
  CHILD_ENV: SETTINGS.CHILD_ENV,
  FORBIDDEN_JOB_CLASSES: SETTINGS.FORBIDDEN_JOB_CLASSES,
  HTTP_ALLOW_PRIVATE_NETWORKS: SETTINGS.HTTP_ALLOW_PRIVATE_NETWORKS,
  HTTP_ALLOWED_NETWORKS: SETTINGS.HTTP_ALLOWED_NETWORKS,
  SHUTDOWN_GRACE_SECONDS: SETTINGS.SHUTDOWN_GRACE_SECONDS,
  LOG_LEVEL: SETTINGS.LOG_LEVEL,
  LOG_FORMAT: SETTINGS.LOG_FORMAT,
};

/** The parsed settings of an agent. Paths are absolute. */
export interface AgentConfig {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: string | null;
  readonly tenant: string | null;
  readonly name: string;
  readonly hostname: string;
  readonly slots: number;
  readonly tags: readonly string[];
  /** Undefined: as the server sees fit. */
  readonly isShared: boolean | undefined;
  readonly dataDir: string;
  readonly jobsDir: string | null;
  readonly childEnvironment: Readonly<Record<string, string>>;
  readonly forbiddenJobClasses: readonly string[];
  readonly httpAllowPrivateNetworks: boolean;
  readonly httpAllowedNetworks: readonly string[];
  readonly shutdownGraceMs: number;
  readonly logLevel: string;
  readonly logFormat: 'pretty' | 'json';
}

/** Parses the settings of an agent once. Throws `ConfigError` listing every problem. Relative paths are taken from `workingDir`. */
export function parseAgentConfig(env: NodeJS.ProcessEnv, workingDir: string, isTerminal = false): AgentConfig {
  const problems: string[] = [];
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const clean = cleanEnv(given, AGENT_SETTINGS, {
    reporter: ({ errors }) => {
      for (const [name, error] of Object.entries(errors)) problems.push(`${name}: ${error.message}`);
    },
  });
  if (problems.length > 0) throw new ConfigError(problems);
  const child = childEnvironment(clean.CHILD_ENV, env);
  if (child.problems.length > 0) throw new ConfigError(child.problems);
  return {
    url: clean.AGENT_URL.replace(/\/+$/, ''),
    token: clean.AGENT_TOKEN || null,
    tenant: clean.AGENT_TENANT || null,
    name: clean.AGENT_NAME,
    hostname: hostname(),
    slots: clean.AGENT_SLOTS,
    tags: clean.AGENT_TAGS,
    isShared: clean.AGENT_SHARED,
    dataDir: resolve(workingDir, clean.AGENT_DATA_DIR),
    jobsDir: clean.JOBS_DIR === '' ? null : resolve(workingDir, clean.JOBS_DIR),
    childEnvironment: child.variables,
    forbiddenJobClasses: clean.FORBIDDEN_JOB_CLASSES,
    httpAllowPrivateNetworks: clean.HTTP_ALLOW_PRIVATE_NETWORKS,
    httpAllowedNetworks: clean.HTTP_ALLOWED_NETWORKS,
    shutdownGraceMs: clean.SHUTDOWN_GRACE_SECONDS * 1000,
    logLevel: clean.LOG_LEVEL,
    logFormat: clean.LOG_FORMAT === 'auto' ? (isTerminal ? 'pretty' : 'json') : clean.LOG_FORMAT,
  };
}
