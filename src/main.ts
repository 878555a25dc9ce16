import 'reflect-metadata';
import { inspect } from 'node:util';
import { Logger } from '@nestjs/common';
import { banner, openModeWarning } from './bin/banner.js';
import { readCommand } from './bin/command-line.js';
import { Lifecycle } from './bin/lifecycle.js';
import { RunningServer } from './bin/running-server.js';
import { ConfigError, parseConfig, type Config } from './config/config.js';
import { helpText } from './config/help.js';
import { installation } from './observability/installation.js';
import { hideSecrets } from './observability/hide-secrets.js';
import { PinoLogger } from './observability/pino-logger.js';

const MISUSE = 2;

/** Runs the program that the arguments ask for. Resolves with an exit code, or with null when a server is running. */
async function main(args: readonly string[]): Promise<number | null> {
  const command = readCommand(args);
  const { root, version } = installation();
  switch (command.kind) {
    case 'help':
      console.log(helpText());
      return 0;
    case 'version':
      console.log(version);
      return 0;
    case 'unknown':
      console.error(
        `Carillon does not know the argument ${JSON.stringify(command.argument)}. Settings come from the environment; see --help.`,
      );
      return MISUSE;
    case 'serve':
      return serve(readConfig(root), version);
  }
}

async function serve(config: Config | null, version: string): Promise<number | null> {
  if (config === null) return MISUSE;
  const logger = openLog(config);
  if (logger === null) return 1;
  Logger.overrideLogger(logger);
  const server: RunningServer = new RunningServer(config, logger, (why) =>
    lifecycle.fault('Cannot go on', new Error(why)),
  );
  const lifecycle = new Lifecycle(server, logger);
  lifecycle.watch();
  try {
    const port = await lifecycle.duringStart(server.start());
    const { database, madeUpPassword } = server;
    console.log(banner(config, { version, port, database: database || 'as set by DATABASE_URL', madeUpPassword }));
    const warning = openModeWarning(config);
    if (warning !== null) logger.warn(warning, 'Security');
    return null;
  } catch (error) {
    report(error, config.logLevel);
    await server
      .stop()
      .catch((second: unknown) => logger.debug(`Cleaning up after the failed start: ${String(second)}`, 'Process'));
    await logger.close();
    return 1;
  }
}

/** The log is the first thing that needs the data folder, so it is the first to find that it cannot be written. */
function openLog(config: Config): PinoLogger | null {
  try {
    return new PinoLogger(config);
  } catch (error) {
    report(
      new Error(
        `DATA_DIR ${config.dataDir} cannot be written (${(error as Error).message}). Choose another folder or its owner.`,
      ),
      config.logLevel,
    );
    return null;
  }
}

function readConfig(root: string): Config | null {
  try {
    // eslint-disable-next-line house/no-process-env -- handed over whole; src/config does the reading
    return parseConfig(process.env, root, process.stdout.isTTY);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    return null;
  }
}

/** One plain line; the stack only for those who asked for detail. */
function report(error: unknown, logLevel: string): void {
  const isDetailed = logLevel === 'debug' || logLevel === 'trace';
  const message = error instanceof Error ? error.message : String(error);
  console.error(hideSecrets(`Carillon cannot start: ${message || String((error as { code?: unknown }).code)}`));
  if (isDetailed && error instanceof Error) console.error(hideSecrets(inspect(error)));
}

const code = await main(process.argv.slice(2));
if (code !== null) process.exit(code);
