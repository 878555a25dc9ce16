import type { LoggerService } from '@nestjs/common';
import { multistream, pino, stdTimeFunctions, type Logger as Pino } from 'pino';
import { currentContext } from '../context/request-context.js';
import { hideSecrets } from './hide-secrets.js';
import { openLogStreams, type LogSettings } from './log-streams.js';

/** Nest's own start-up chatter. It helps to find a wiring fault and nobody else. */
const CHATTER = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'WebSocketsController',
]);

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/**
 * The log of the process, as the logger that Nest hands out. Every line carries the request id and the tenant of the request in
 * which it was written; secrets are taken out of every message.
 */
export class PinoLogger implements LoggerService {
  private readonly pino: Pino;
  private readonly closeStreams: () => Promise<void>;

  constructor(settings: LogSettings) {
    const { streams, close } = openLogStreams(settings);
    this.closeStreams = close;
    this.pino = pino(
      {
        level: settings.logLevel,
        base: { pid: process.pid },
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        mixin: requestFields,
      },
      multistream(streams),
    );
  }

  log(message: unknown, ...rest: unknown[]): void {
    const context = contextOf(rest);
    this.write(context !== undefined && CHATTER.has(context) ? 'debug' : 'info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Writes out what the file stream still holds. Nothing may be logged after it. */
  async close(): Promise<void> {
    await this.closeStreams();
  }

  /** Nest appends the context (the name given to `new Logger`) as last argument, before it the stack of an error. */
  private write(level: Level, message: unknown, rest: unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const context = contextOf(rest);
    const others = context === undefined ? rest : rest.slice(0, -1);
    const error = [message, ...others].find((value) => value instanceof Error);
    const stack =
      error?.stack ?? others.find((value): value is string => typeof value === 'string' && value.includes('\n    at '));
    this.pino[level](
      { ...(context === undefined ? {} : { context }), ...(stack === undefined ? {} : { stack: hideSecrets(stack) }) },
      hideSecrets(textOf(message)),
    );
  }
}

function contextOf(rest: readonly unknown[]): string | undefined {
  const last = rest.at(-1);
  return typeof last === 'string' && !last.includes('\n') ? last : undefined;
}

function textOf(message: unknown): string {
  if (typeof message === 'string') return message;
  if (message instanceof Error) return message.message;
  // Nest accepts classes as messages too.
  return typeof message === 'function' ? message.name : message === undefined ? '' : JSON.stringify(message);
}

function requestFields(): Record<string, string> {
  const context = currentContext();
  if (!context) return {};
  return context.tenant
    ? { requestId: context.requestId, tenant: context.tenant.name }
    : { requestId: context.requestId };
}
