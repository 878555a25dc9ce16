import 'reflect-metadata';
import type { LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule } from './app.module.js';
import { registerGate } from './auth/gate.hook.js';
import { Gate } from './auth/gate.service.js';
import { isPermission } from './auth/permissions.js';
import { RefusalLog } from './auth/refusal-log.service.js';
import { dialectOf, isPreflight, routeDialects } from './compat/dialect-router.js';
import { DIALECTS } from './compat/dialects.js';
import type { Config } from './config/config.js';
import type { DatabaseSettings } from './database/database.module.js';
import { registerApiRole } from './http/api-role.hook.js';
import { refuseExpectation } from './http/client-error.js';
import { refuseUndeclaredRoute } from './http/closed-routes.js';
import { corsFor } from './http/cors.js';
import { FailureResponder } from './http/failure-responder.js';
import { FailureFilter } from './http/failure.filter.js';
import { fastifyOptions } from './http/fastify-options.js';
import { registerJsonBodies } from './http/json-bodies.js';
import { problemRenderer } from './http/problem.renderer.js';
import { registerRequestHook } from './http/request.hook.js';
import { RouteCatalogue } from './http/route-catalogue.js';
import { mountSwagger } from './http/swagger.js';
import { validationPipe } from './http/validation.js';
import { installation } from './observability/installation.js';

/** How the application is made; production gives a logger, the OpenAPI program asks for a preview. */
export interface AppOptions {
  readonly logger?: LoggerService | false;
  /** Wires modules without creating providers: enough for the OpenAPI document, and needs no database. */
  readonly preview?: boolean;
}

/**
 * The application as it is served, for the server, the tests and the OpenAPI program. It is created but neither initialised nor
 * listening. Throws when the database cannot be reached; migrations must have run.
 */
export async function createApp(
  config: Config,
  database: DatabaseSettings,
  options: AppOptions = {},
): Promise<NestFastifyApplication> {
  const routes = new RouteCatalogue();
  const responder = new FailureResponder(routes, config, (request) => dialectOf(request.raw) ?? problemRenderer);
  const adapter = new FastifyAdapter(fastifyOptions(config, responder, routeDialects(DIALECTS)));
  const fastify = adapter.getInstance();
  fastify.addHook('onRoute', (route) => {
    refuseUndeclaredRoute(route, isPermission);
    routes.add(route);
  });
  fastify.server.on('checkExpectation', refuseExpectation);
  registerJsonBodies(fastify, config);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(config, database), adapter, {
    logger: options.logger ?? false,
    preview: options.preview ?? false,
    bodyParser: false,
    abortOnError: false,
    forceCloseConnections: false,
  });
  app.useGlobalFilters(new FailureFilter(responder));
  app.useGlobalPipes(validationPipe());
  if (options.preview) return app;
  registerRequestHook(fastify, {
    listenHost: config.host,
    corsOrigins: config.corsOrigins,
  });
  if (config.corsOrigins.length > 0) app.enableCors(corsFor(config.corsOrigins, isPreflight));
  registerApiRole(fastify, { isServed: config.roles.has('api') });
  registerGate(fastify, app.get(Gate), app.get(RefusalLog));
  if (config.roles.has('api')) mountSwagger(app, installation().version, DIALECTS);
  return app;
}
