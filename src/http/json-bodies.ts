import type { FastifyInstance } from 'fastify';
import { parseJsonBody } from './json-body.parser.js';

/** Media types of bodies that are read. Everything else is refused with 415, text and forms included. */
const JSON_TYPES = ['application/json', 'application/merge-patch+json'];

/** Makes JSON the only body that is read, by our own parser. To be called before Nest registers its parsers. */
export function registerJsonBodies(fastify: FastifyInstance, limits: { readonly maxBodyBytes: number }): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    JSON_TYPES,
    { parseAs: 'buffer', bodyLimit: limits.maxBodyBytes },
    (_request, body, done) => {
      try {
        done(null, parseJsonBody(body as Buffer));
      } catch (error) {
        done(error as Error, undefined);
      }
    },
  );
}
