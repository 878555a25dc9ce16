import type { Dialect } from '../dialect.js';
import { renderNdschedulerError } from './error-answer.js';

/** Paths that are taken as they are. */
const EXACT: Readonly<Record<string, string>> = {
  '/api/v1/jobs': '/jobs',
  '/api/v1/executions': '/executions',
  '/api/v1/logs': '/logs',
  '/login': '/login',
  '/logout': '/logout',
};
const JOB = '/api/v1/jobs/';
const EXECUTION = '/api/v1/executions/';

const LONGEST_ID = 150;

/** Where requests are led that the original refuses by their method alone: it has no HEAD. */
export const NO_SUCH_METHOD = '/no-such-method';
/** Where a GET goes whose path ends in a slash too many. */
export const SLASH_TOO_MANY = '/slash-too-many';

/**
 * ndscheduler's REST API. Jobs with a trailing slash are another system's, so the original's redirect from there is missing. An
 * id in its routes may hold slashes (`GET /jobs/a/b` looks for the job `a/b`), so they are escaped into one parameter.
 */
export const NDSCHEDULER: Dialect = {
  name: 'ndscheduler',
  description: 'The REST API of ndscheduler, for its clients and web pages: jobs on cron fields, runs, the audit log.',
  prefix: '/~nds',
  internalPathOf: (path, method) => {
    const internal = internalPath(path, method);
    return internal !== null && method === 'HEAD' ? NO_SUCH_METHOD : internal;
  },
  publicPathOf: (route) => (route.startsWith('/login') || route.startsWith('/logout') ? route : `/api/v1${route}`),
  renderError: renderNdschedulerError,
};

function internalPath(path: string, method: string): string | null {
  const exact = Object.hasOwn(EXACT, path) ? EXACT[path] : undefined;
  if (exact !== undefined) return exact;
  const isJob = path.startsWith(JOB);
  if (!isJob && !path.startsWith(EXECUTION)) return null;
  // Nobody answers another method there: not found, as in the original.
  if (path.endsWith('/')) return isJob ? null : method === 'GET' ? SLASH_TOO_MANY : '/nowhere/at/all';
  return isJob ? `/jobs/${oneParameter(path, JOB)}` : `/executions/${oneParameter(path, EXECUTION)}`;
}

/** No id is as long as what is cut off; the router would answer a longer parameter itself. */
function oneParameter(path: string, prefix: string): string {
  return path.slice(prefix.length, prefix.length + LONGEST_ID).replaceAll('/', '%2F');
}
