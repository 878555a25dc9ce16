import type { ErrorRenderer } from '../http/error-renderer.js';

/**
 * The API of another system, as this server speaks it. A dialect owns wire shapes, statuses and error bodies; tables and rules
 * belong to the services that it calls.
 *
 * Its controllers live under `prefix`, which no client can address: Nest cannot tell `x` from `x/`, so the router looks at the
 * path as it was sent and maps it (see `dialect-router.ts`).
 */
export interface Dialect extends ErrorRenderer {
  /** Name of the system, and of its group in Swagger UI. */
  readonly name: string;
  /** One line about it for Swagger UI. */
  readonly description: string;
  /** First segment of its internal paths. */
  readonly prefix: `/~${string}`;
  /**
   * The internal path for a public one, or null when the path is not this system's. `path` comes without its query, its unreserved
   * characters unescaped (RFC 3986, section 6.2.2.2), everything else as sent; `query` is the raw one, with its question mark. Must not throw.
   */
  internalPathOf(path: string, method: string, query: string): string | null;
  /** The public path of a route for the OpenAPI document, parameters as `{name}`; `route` is the internal one without the prefix. */
  publicPathOf(route: string): string;
}
