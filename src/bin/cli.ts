// The command line for tenants, users and tokens. Usage: npm run cli -- --help.
// Exit codes: 0 done, 1 refused or failed, 2 misuse or a wrong setting.
import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommanderError } from 'commander';
import { ENTITIES } from '../app.entities.js';
import { CliModule } from '../cli/cli.module.js';
import { buildProgram } from '../cli/program.js';
import type { Terminal } from '../cli/terminal.js';
import { UsageError } from '../cli/usage-error.js';
import { Workplace } from '../cli/workplace.js';
import { ConfigError, parseConfig } from '../config/config.js';
import { acquireEmbeddedPostgres, type EmbeddedPostgres } from '../database/embedded/embedded-postgres.js';
import { migrate } from '../database/migrate.js';
import { DomainError } from '../kernel/domain-error.js';
import { installation } from '../observability/installation.js';

const DONE = 0;
const FAILED = 1;
const MISUSE = 2;
const CONNECTIONS = 2;

// eslint-disable-next-line house/no-process-env -- handed over whole; src/config does the reading, and the command line asks for one password
const { env } = process;
const terminal: Terminal = {
  env,
  stdin: process.stdin,
  print: (line) => console.log(line),
  say: (line) => console.error(line),
};

/** The database of the settings, which is started for the command if it does not run. */
class Connection {
  private embedded: EmbeddedPostgres | null = null;
  private app: INestApplicationContext | null = null;

  async open(): Promise<Workplace> {
    const config = parseConfig(env, installation().root);
    if (config.databaseUrl === null)
      this.embedded = await acquireEmbeddedPostgres({ dataDir: config.dataDir, log: () => undefined });
    const url = config.databaseUrl ?? this.embedded?.url ?? '';
    const directUrl = config.databaseDirectUrl ?? url;
    await migrate(directUrl);
    const database = { url, directUrl, poolSize: CONNECTIONS };
    const options = { logger: false, abortOnError: false } as const;
    this.app = await NestFactory.createApplicationContext(CliModule.with(config, database, ENTITIES), options);
    return this.app.get(Workplace);
  }

  async close(): Promise<void> {
    await this.app?.close();
    await this.embedded?.release();
  }
}

async function main(args: readonly string[]): Promise<number> {
  const connection = new Connection();
  try {
    await buildProgram(() => connection.open(), terminal).parseAsync(args, { from: 'user' });
    return DONE;
  } catch (error) {
    return report(error);
  } finally {
    await connection.close();
  }
}

/** Says what was wrong, and returns the exit code for it. */
function report(error: unknown): number {
  // It has printed the help, or what is wrong, itself.
  if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : MISUSE;
  terminal.say(error instanceof Error ? error.message : String(error));
  if (error instanceof UsageError || error instanceof ConfigError) return MISUSE;
  return error instanceof DomainError && error.code === 'invalid_input' ? MISUSE : FAILED;
}

process.exitCode = await main(process.argv.slice(2));
