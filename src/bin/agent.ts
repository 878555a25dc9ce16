#!/usr/bin/env node
// The agent: runs jobs of a server on this machine. Usage: carillon-agent --help.
// Exit codes: 0 drained, 1 refused by the server or failed, 2 misuse or a wrong setting.
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { parseAgentConfig, type AgentConfig } from '../config/agent-config.js';
import { installation } from '../observability/installation.js';
import { PinoLogger } from '../observability/pino-logger.js';
import { AgentIdentity } from '../remote-agent/agent-identity.js';
import { RemoteWorker } from '../remote-agent/remote-worker.js';
import { ServerLink } from '../remote-agent/server-link.js';
import { ServerSession } from '../remote-agent/server-session.js';
import { createRunners } from '../runners/create-runners.js';
import { addressPolicy } from '../runners/http/address-policy.js';
import { reapOrphans } from '../runners/reap-orphans.js';
import { agentHelpText, readAgentCommand } from './agent-command-line.js';

const MISUSE = 2;

async function main(args: readonly string[]): Promise<number> {
  const command = readAgentCommand(args);
  switch (command.kind) {
    case 'help':
      console.log(agentHelpText());
      return 0;
    case 'version':
      console.log(installation().version);
      return 0;
    case 'misuse':
      console.error(`${command.message} See --help.`);
      return MISUSE;
    case 'run':
      return start(command.settings);
  }
}

async function start(settings: Readonly<Record<string, string>>): Promise<number> {
  let config: AgentConfig;
  try {
    // eslint-disable-next-line house/no-process-env -- handed over whole; src/config does the reading
    config = parseAgentConfig({ ...process.env, ...settings }, process.cwd(), process.stdout.isTTY);
  } catch (error) {
    console.error((error as Error).message);
    return MISUSE;
  }
  const identity = new AgentIdentity(config.dataDir, config);
  const logger = new PinoLogger(config);
  Logger.overrideLogger(logger);
  try {
    await reapOrphans();
    await serve(config, identity);
    logger.log('Left', 'Agent');
    return 0;
  } catch (error) {
    logger.fatal(`The agent ends: ${(error as Error).message}`, 'Agent');
    return 1;
  } finally {
    identity.release();
    await logger.close();
  }
}

async function serve(config: AgentConfig, identity: AgentIdentity): Promise<void> {
  const runners = createRunners({
    jobsDir: config.jobsDir,
    cacheDir: join(config.dataDir, 'cache'),
    maxProcesses: config.slots,
    environment: config.childEnvironment,
    httpAllows: addressPolicy({
      allowLoopback: false,
      allowPrivateNetworks: config.httpAllowPrivateNetworks,
      allowedNetworks: config.httpAllowedNetworks,
    }),
  });
  const { name, hostname, slots, tags, isShared, forbiddenJobClasses, shutdownGraceMs } = config;
  const about = { version: installation().version, platform: `${process.platform} ${process.arch}`, pid: process.pid };
  const given = { name, hostname, slots, tags: [...tags], instanceKey: identity.instanceKey };
  const worker = new RemoteWorker(
    {
      ...about,
      ...given,
      forbiddenJobClasses,
      shutdownGraceMs,
      ...(isShared === undefined ? {} : { shared: isShared }),
    },
    new ServerSession(new ServerLink(config.url, config.tenant, identity.token)),
    runners,
    (credential) => identity.keep(credential),
  );
  let signals = 0;
  const onSignal = (): void => (++signals === 1 ? worker.drain() : worker.kill());
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, onSignal);
  await worker.run();
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error((error as Error).message);
  return 1;
});
process.exit();
