import { describe, expect, it } from 'vitest';
import { RouteCatalogue } from './route-catalogue.js';

const catalogue = new RouteCatalogue();
catalogue.add({ method: ['GET', 'HEAD'], url: '/api/v2/jobs' });
catalogue.add({ method: 'POST', url: '/api/v2/jobs' });
catalogue.add({ method: 'GET', url: '/api/v2/jobs/:id' });
catalogue.add({ method: 'DELETE', url: '/api/v2/jobs/:id' });
catalogue.add({ method: 'POST', url: '/api/v2/jobs/preview' });
catalogue.add({ method: 'GET', url: '/docs/*' });
catalogue.add({ method: 'GET', url: '/a.b' });

describe('RouteCatalogue', () => {
  it.each([
    ['/api/v2/jobs', ['GET', 'HEAD', 'POST']],
    ['/api/v2/jobs/7', ['DELETE', 'GET']],
    ['/api/v2/jobs/preview', ['DELETE', 'GET', 'POST']],
    ['/api/v2/jobs/7/x', []],
    ['/api/v2/jobs/', []],
    ['/docs/x', []],
    ['/a.b', ['GET']],
    ['/axb', []],
    ['', []],
  ])('knows what %s answers', (path, methods) => {
    expect(catalogue.methodsOf(path)).toEqual(methods);
  });
});
