import type { FastifyInstance, FastifyRequest } from 'fastify';
import { DomainError } from '../kernel/domain-error.js';
import { parseJsonBody } from './json-body.parser.js';
import { rawBodyOf } from './raw-body.js';
import { shown } from './shorten.js';
import { refuseUnstorable } from './storable.js';

/** Media types of bodies that are read. Everything else is refused with 415, text included. */
const JSON_TYPES = ['application/json', 'application/merge-patch+json'];
const FORM_TYPE = 'application/x-www-form-urlencoded';

/**
 * Makes JSON the only body that is read, by our own parser; forms where a route declares `readsForms`, and anything, unparsed, where
 * it declares `readsRaw`. To be called before Nest registers its parsers.
 */
export function registerJsonBodies(fastify: FastifyInstance, limits: { readonly maxBodyBytes: number }): void {
  fastify.removeAllContentTypeParsers();
  const options = {
    parseAs: 'buffer',
    bodyLimit: limits.maxBodyBytes,
  } as const;
  const reading =
    (parse: (body: Buffer, request: FastifyRequest) => unknown) =>
    (request: FastifyRequest, body: Buffer, done: (error: Error | null, body?: unknown) => void): void => {
      try {
        const { access } = request.routeOptions.config;
        done(null, access?.readsRaw ? rawBodyOf(request.headers['content-type'], body) : parse(body, request));
      } catch (error) {
        done(error as Error, undefined);
      }
    };
  fastify.addContentTypeParser(JSON_TYPES, options, reading(parseJsonBody));
  fastify.addContentTypeParser(FORM_TYPE, options, reading(parseForm));
  fastify.addContentTypeParser('*', options, reading(refuseType));
}

/** The fields of a form; of a repeated one the last. */
function parseForm(body: Buffer, request: FastifyRequest): unknown {
  if (request.routeOptions.config.access?.readsForms !== true) refuseType(body, request);
  const fields = Object.fromEntries(new URLSearchParams(body.toString('utf8')));
  refuseUnstorable(fields);
  return fields;
}

function refuseType(_body: Buffer, request: FastifyRequest): never {
  throw new DomainError(
    'unsupported_media_type',
    `The body must be application/json; its Content-Type is ${shown(request.headers['content-type'] ?? 'absent')}.`,
  );
}
