import { describe, expect, it } from 'vitest';
import { refuseUndeclaredRoute } from './closed-routes.js';
import { routeOf } from './permit.decorator.js';

const isKnown = (word: string): boolean => word === 'jobs:read';
const route = (url: string, permission?: string | null) => ({
  url,
  method: 'GET',
  ...(permission === undefined ? {} : { config: routeOf({ permission }) }),
});

describe('refuseUndeclaredRoute', () => {
  it.each([
    route('/api/v2/jobs', 'jobs:read'),
    route('/api/v2/login', null),
    route('/docs'),
    route('/docs/swagger-ui.css'),
    route('/docs-json'),
  ])('lets %j pass', (given) => expect(() => refuseUndeclaredRoute(given, isKnown)).not.toThrow());

  it.each([route('/api/v2/jobs'), route('/'), route('/docsish'), route('/api/v2/jobs', 'jobs:erase')])(
    'refuses %j',
    (given) => expect(() => refuseUndeclaredRoute(given, isKnown)).toThrow(given.url),
  );
});
