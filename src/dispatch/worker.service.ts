import { hostname } from 'node:os';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { AgentRegistry } from '../agents/agent-registry.service.js';
import type { Config } from '../config/config.js';
import { CONFIG } from '../config/config.module.js';
import { ownIdentity } from '../database/embedded/process-identity.js';
import { Listener } from '../database/listener.js';
import { RunnerRegistry } from '../runners/runner-registry.js';
import { reapOrphans } from '../runners/reap-orphans.js';
import { TenantsService } from '../tenancy/tenants.service.js';
import { Dispatcher } from './dispatcher.service.js';
import { messageOf } from '../kernel/message-of.js';

/** Safety net under the notifications. */
const POLL_MS = 5_000;
/** Time that killed runs get to be recorded before the process leaves. */
const LAST_WORDS_MS = 3_000;

/**
 * The life of the in-process worker: registers it as an agent, keeps its lease, passes on what the database says, and drains at the end.
 */
@Injectable()
export class WorkerService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Worker');
  private agentId: string | null = null;
  private readonly timers: NodeJS.Timeout[] = [];
  private beating: Promise<void> | null = null;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly agents: AgentRegistry,
    private readonly dispatcher: Dispatcher,
    private readonly runners: RunnerRegistry,
    private readonly listener: Listener,
    private readonly tenants: TenantsService,
  ) {
    listener.on('dispatch', (payload) =>
      this.guard('wake', () => (payload === '' ? dispatcher.poll() : dispatcher.wake(payload.split(',').map(Number)))),
    );
    listener.on('labels', () => this.guard('labels', () => dispatcher.poll()));
    listener.on('stop', (payload) => {
      if (this.agentId !== null && payload.includes(this.agentId)) this.guard('stop', () => dispatcher.stopRequested());
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    const reaped = await reapOrphans();
    if (reaped > 0)
      this.logger.warn(`${reaped} processes of a server that died were still running and have been killed`);
    await this.register();
    this.listener.onConnect(() => this.guard('reconnect', () => this.lookAround()));
    this.timers.push(setInterval(() => this.guard('poll', () => this.lookAround()), POLL_MS));
    this.timers.push(setInterval(() => this.guard('heartbeat', () => this.heartbeat()), this.config.leaseMs / 3));
    await this.lookAround();
  }

  /** Claims nothing more, lets runs finish within the grace time, then stops them, then kills them. Every end is recorded. */
  async beforeApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    if (this.agentId === null) return;
    const heartbeat = setInterval(() => this.guard('heartbeat', () => this.heartbeat()), this.config.leaseMs / 3);
    await this.agents.setState(this.agentId, 'draining').catch(() => undefined);
    await this.dispatcher
      .drain()
      .catch((error: unknown) => this.logger.warn(`Giving runs back failed: ${messageOf(error)}`));
    const held = this.dispatcher.heldIds.length;
    if (held > 0) this.logger.log(`Waiting up to ${this.config.shutdownGraceMs / 1000} s for ${held} runs`);
    if (!(await this.idleWithin(this.config.shutdownGraceMs))) {
      this.dispatcher.stopAll('cancelling');
      if (!(await this.idleWithin(LAST_WORDS_MS))) this.dispatcher.stopAll('force_cancelling');
      await this.idleWithin(LAST_WORDS_MS);
    }
    await this.dispatcher.reports.flush(performance.now() + LAST_WORDS_MS);
    await this.runners.close();
    clearInterval(heartbeat);
    await this.agents
      .setState(this.agentId, 'offline')
      .catch((error: unknown) => this.logger.warn(`Signing off failed: ${messageOf(error)}`));
  }

  private async register(): Promise<void> {
    const { workerTenant } = this.config;
    const tenantId = workerTenant === null ? null : (await this.tenants.byName(workerTenant)).id;
    this.agentId = await this.agents.register({
      name: `${hostname()}:${process.pid}`,
      kind: 'embedded',
      hostname: hostname(),
      pid: process.pid,
      processIdentity: (await ownIdentity()).born,
      slots: this.config.workerSlots,
      tags: this.config.workerTags.map((tag) => tag.toLowerCase()),
      leaseMs: this.config.leaseMs,
      tenantId,
    });
    this.dispatcher.start(this.agentId, tenantId);
  }

  /** One at a time: a second one that still asks for the old id would kill what the new agent has just claimed. */
  private heartbeat(): Promise<void> {
    this.beating ??= this.beat().finally(() => (this.beating = null));
    return this.beating;
  }

  private async beat(): Promise<void> {
    if (this.agentId === null || (await this.agents.heartbeat(this.agentId)) === 'ok') return;
    this.logger.error(
      'This worker was declared lost: it was silent for longer than its lease. Its runs are killed; it registers anew.',
    );
    this.dispatcher.abandonAll();
    await this.register();
    await this.lookAround();
  }

  private async lookAround(): Promise<void> {
    await this.dispatcher.poll();
    await this.dispatcher.stopRequested();
  }

  private async idleWithin(limitMs: number): Promise<boolean> {
    const deadline = performance.now() + limitMs;
    while (this.dispatcher.heldIds.length > 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20));
    return this.dispatcher.heldIds.length === 0;
  }

  private guard(what: string, work: () => Promise<void>): void {
    work().catch((error: unknown) => this.logger.warn(`${what}: ${messageOf(error)}`));
  }
}
