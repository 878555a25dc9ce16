/** A route as Fastify announces it in its `onRoute` hook. */
interface AnnouncedRoute {
  readonly url: string;
  readonly method: string | readonly string[];
}

interface KnownPath {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/**
 * Every registered path with its methods, to tell an unknown path (404) from a wrong method (405 with `Allow`). Fastify itself
 * knows a route only together with its method.
 */
export class RouteCatalogue {
  private readonly paths = new Map<string, KnownPath>();

  /** To be called from Fastify's `onRoute` hook. Wildcards (static files) are left out: they are no operations. */
  add({ url, method }: AnnouncedRoute): void {
    if (url.includes('*')) return;
    const known = this.paths.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const one of typeof method === 'string' ? [method] : method) known.methods.add(one);
    this.paths.set(url, known);
  }

  /** The methods that `path` (without query) answers, sorted; empty when no route has this path. */
  methodsOf(path: string): string[] {
    const found = new Set<string>();
    for (const { pattern, methods } of this.paths.values()) {
      if (pattern.test(path)) for (const method of methods) found.add(method);
    }
    return [...found].sort();
  }
}

function patternOf(url: string): RegExp {
  const segments = url
    .split('/')
    .map((segment) => (segment.startsWith(':') ? '[^/]+' : segment.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^${segments.join('/')}$`);
}
