import { STATUS_CODES } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { DOCS_PATH } from './docs-path.js';
import { routeOf } from './permit.decorator.js';
import { problemExamples } from './problem-examples.js';
import { problemsPage } from './problems-page.js';
import { shownParameter, type ShownParameter } from './shown-parameters.js';

const DESCRIPTION = `Jobs, their triggers and what became of them.

**Errors** are \`application/problem+json\` (RFC 9457) with a stable \`code\`; [all codes](/docs/problems). **Lists** come in pages: send
\`nextCursor\` of one page as \`cursor\` for the next. **Creating POSTs** take an \`Idempotency-Key\`. **Updates** of jobs and triggers take \`If-Match\`
with the \`ETag\` that was read. **Instants** are ISO 8601 with an offset. **Who may do what**: \`x-permission\` of each operation. Every answer carries \`X-Request-Id\`, which finds it in the log.`;

const TAGS: readonly (readonly [name: string, description: string])[] = [
  ['Jobs', 'What to run.'],
  ['Groups', 'Which jobs belong together, and how many of their runs may be active.'],
  ['Triggers', 'When to run it.'],
  ['Calendars', 'Days on which triggers rest, or to which they keep.'],
  ['Profiles', 'Named sets of parameters that runs are launched with.'],
  ['Backfills', 'A range of a trigger’s instants, run after the fact.'],
  ['Executions', 'What became of it: one for each occurrence and each run by hand.'],
  ['Job classes', 'What jobs can be made of.'],
  ['Tags', 'Labels of jobs and agents.'],
  ['Agents', 'Where jobs run.'],
  ['Agent protocol', 'What agents on other machines ask and say; see docs/agent-protocol.md.'],
  ['Audit log', 'Who changed what.'],
  ['Sign-in', 'Sessions of browsers, and who you are.'],
  ['Users', 'Who may do what in the tenant.'],
  ['Tokens', 'Credentials of programs.'],
  ['Tenants', 'Whose everything is.'],
  ['Health', 'For load balancers and supervisors.'],
];

/** Any one of these will do; the first, none at all, is for the open mode (`AUTH=off`). */
const SECURITY: readonly Record<string, string[]>[] = [
  {},
  { tenant: [] },
  { basic: [] },
  { basic: [], tenant: [] },
  { bearer: [] },
  { session: [] },
  { session: [], tenant: [] },
];

/** An API beside the native one: how its routes, which live under an internal prefix, are shown. */
export interface ShownApi {
  readonly name: string;
  readonly description: string;
  readonly prefix: string;
  /** The public path of a route that is given without the prefix. */
  publicPathOf(route: string): string;
}

/** The OpenAPI document of all registered controllers. The same controllers give the same document, byte by byte. */
export function buildDocument(app: INestApplication, version: string, others: readonly ShownApi[]): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Carillon')
    .setDescription(DESCRIPTION)
    .setVersion(version)
    .addServer('/')
    .addApiKey(
      {
        type: 'apiKey',
        in: 'header',
        name: 'Tenant',
        description: 'Name of the tenant to act for; absent: your default tenant (in the open mode `default_tenant`).',
      },
      'tenant',
    )
    .addBasicAuth({ type: 'http', scheme: 'basic', description: 'User name and password.' }, 'basic')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'An API token (`cr_…`).' }, 'bearer')
    .addCookieAuth(
      'carillon_session',
      {
        type: 'apiKey',
        in: 'cookie',
        description: 'Set by `POST /api/v2/login`.',
      },
      'session',
    );
  for (const requirement of SECURITY) builder.addSecurityRequirements(requirement);
  for (const [name, description] of TAGS) builder.addTag(name, description);
  for (const { name, description } of others) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
    // Operations name their group themselves; else Nest adds the class of those that do not name it on the class.
    autoTagControllers: false,
  });
  return completed({ ...document, paths: publicPaths(document.paths, others) });
}

/** Serves Swagger UI at `/docs`, the document at `/docs-json` and the list of error codes at `/docs/problems`; `/` leads to it. */
export function mountSwagger(app: INestApplication, version: string, others: readonly ShownApi[]): void {
  SwaggerModule.setup(DOCS_PATH, app, () => buildDocument(app, version, others), {
    jsonDocumentUrl: `${DOCS_PATH}-json`,
    raw: ['json'],
    customSiteTitle: 'Carillon API',
    swaggerOptions: {
      persistAuthorization: true,
      displayRequestDuration: true,
      tryItOutEnabled: true,
      // Who may call an operation stands in `x-permission`.
      showExtensions: true,
      filter: true,
      // More than 180 operations: first their groups.
      docExpansion: 'none',
      validatorUrl: null,
    },
  });
  const fastify = app.getHttpAdapter().getInstance() as FastifyInstance;
  const page = problemsPage();
  const config = routeOf({ permission: null });
  fastify.get(`/${DOCS_PATH}/problems`, { config }, (_request, reply) =>
    reply.type('text/html; charset=utf-8').send(page),
  );
  fastify.get('/', { config }, (_request, reply) => reply.redirect(`/${DOCS_PATH}`));
}

/** Replaces internal paths by those that clients use. Throws when one has none or two would be the same. */
function publicPaths(paths: OpenAPIObject['paths'], others: readonly ShownApi[]): OpenAPIObject['paths'] {
  const renamed: OpenAPIObject['paths'] = {};
  for (const [path, operations] of Object.entries(paths)) {
    const api = others.find(({ prefix }) => path.startsWith(`${prefix}/`));
    if (!api && path.startsWith('/~')) throw new Error(`The internal path ${path} belongs to no API.`);
    const shown = api ? api.publicPathOf(path.slice(api.prefix.length)) : path;
    if (renamed[shown]) throw new Error(`Two routes would be shown as ${shown}; one is ${path}.`);
    renamed[shown] = operations;
  }
  return renamed;
}

interface ShownOperation {
  readonly responses?: Readonly<Record<string, { description?: string }>>;
  parameters?: readonly ShownParameter[];
}

/** Adds the error examples that operations refer to, words where Nest leaves the description of an answer empty, and words for parameters. */
function completed(document: OpenAPIObject): OpenAPIObject {
  for (const [path, operations] of Object.entries(document.paths))
    for (const operation of Object.values(operations as Record<string, ShownOperation>)) {
      for (const [status, response] of Object.entries(operation.responses ?? {}))
        response.description ||= STATUS_CODES[status] ?? status;
      if (operation.parameters)
        operation.parameters = operation.parameters.map((parameter) => shownParameter(path, parameter));
    }
  const schemas = Object.entries(document.components?.schemas ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...document,
    components: {
      ...document.components,
      schemas: Object.fromEntries(schemas),
      examples: problemExamples(),
    },
  };
}
