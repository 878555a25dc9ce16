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
import { isAlive } from '../database/embedded/process-identity.js';
import { Rescue } from '../executions/rescue.service.js';
import { messageOf } from '../kernel/message-of.js';

const TICK_MS = 1_000;
/** Processes of this machine are looked up every so many ticks. */
const DEAD_CHECK_TICKS = 3;
/** A force-cancelled run is final after this long even if its agent says nothing; with the tick below the promised 5 s. */
const FORCED_PATIENCE_MS = 3_000;

/**
 * Finds workers that fell silent and takes their runs from them; ends force-cancelled runs that nobody reports. Every replica with the role
 * scheduler does it; row locks keep them from doing it twice.
 */
@Injectable()
export class RescuerService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Rescuer');
  private timer: NodeJS.Timeout | null = null;
  private ticking: Promise<void> | null = null;
  /** No agent is declared lost before this: after an outage of the database all of them look silent. */
  private trustFromMs = 0;
  private ticks = 0;

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly agents: AgentRegistry,
    private readonly rescue: Rescue,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.trustFromMs = performance.now() + this.config.leaseMs;
    await this.markDeadHere();
    await this.takeOver();
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer) clearInterval(this.timer);
    await this.ticking;
  }

  private tick(): void {
    this.ticking ??= this.runTick()
      .catch((error: unknown) => {
        this.trustFromMs = performance.now() + this.config.leaseMs;
        this.logger.warn(`Looking for lost workers failed and will be repeated: ${messageOf(error)}`);
      })
      .finally(() => (this.ticking = null));
  }

  private async runTick(): Promise<void> {
    const forced = await this.rescue.endOverdueForced(FORCED_PATIENCE_MS);
    if (forced > 0) this.logger.warn(`${forced} force-cancelled runs were ended without word from their worker`);
    if (++this.ticks % DEAD_CHECK_TICKS === 0) {
      await this.markDeadHere();
      await this.rescue.replaceActive();
    }
    if (performance.now() < this.trustFromMs) return this.takeOver();
    const lost = await this.agents.markLost();
    for (const agent of lost) this.logger.warn(`Worker ${agent.name} on ${agent.hostname} is lost: its lease ran out`);
    await this.takeOver();
  }

  /** Workers whose process is gone from this machine: no lease has to run out to know that. */
  private async markDeadHere(): Promise<void> {
    const dead = await this.agents.markDeadOnHost(hostname(), (pid, born) => isAlive({ pid, born }));
    for (const agent of dead) this.logger.warn(`Worker ${agent.name} died on this machine; its runs are taken over`);
  }

  private async takeOver(): Promise<void> {
    const { returned, ended } = await this.rescue.takeFromLostAgents();
    if (returned + ended > 0)
      this.logger.warn(`Runs of lost workers: ${returned} go back to pending, ${ended} have no attempt left`);
  }
}
