import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { AgentSeat } from '../agents/remote-agents.service.js';
import { Listener } from '../database/listener.js';
import { QueueDirectory } from '../dispatch/queue-directory.js';
import { WorkQueue, type QueueInfo } from '../executions/work-queue.service.js';
import { messageOf } from '../kernel/message-of.js';
import { AttachedTags } from '../tags/attached-tags.service.js';
import { WaitingRoom } from './waiting-room.js';

/** Safety net under the notifications. */
const POLL_MS = 5_000;
/** What is known of an agent that has asked for nothing for this long is forgotten. */
const FORGET_MS = 600_000;

interface Desk {
  readonly directory: QueueDirectory;
  usedAtMs: number;
}

/**
 * Which queues may hold work for each agent that talks to this process, and who waits to hear of it. All of it can be lost: another replica or
 * the next request finds it again.
 */
@Injectable()
export class WorkSignals implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Fleet');
  private readonly desks = new Map<string, Desk>();
  private readonly queues = new Map<number, QueueInfo>();
  private timer: NodeJS.Timeout | null = null;
  /** Claims wait here for work. */
  readonly forWork = new WaitingRoom();
  /** Heartbeats wait here for requests to stop, to drain or to leave. */
  readonly forNews = new WaitingRoom();

  constructor(
    @Inject(WorkQueue) private readonly queue: WorkQueue,
    @Inject(AttachedTags) private readonly attached: AttachedTags,
    @Inject(Listener) private readonly listener: Listener,
  ) {
    listener.on('dispatch', (payload) => this.guard(() => this.tell(payload)));
    listener.on('labels', () => this.forgetAll());
    listener.on('stop', (payload) => {
      for (const room of [this.forNews, this.forWork])
        for (const agentId of room.agentIds) if (payload.includes(agentId)) room.wake(agentId);
    });
  }

  onApplicationBootstrap(): void {
    // Whatever was told of while nobody listened may have been tags, too.
    this.listener.onConnect(() => {
      this.forgetAll();
      this.lookAround();
    });
    this.timer = setInterval(() => this.lookAround(), POLL_MS);
  }

  /** Before the server waits for requests under way: those that wait for work are answered now. */
  onModuleDestroy(): void {
    if (this.timer) clearInterval(this.timer);
    this.forWork.close();
    this.forNews.close();
  }

  /** What this process knows of the queues that fit an agent. The first time it asks the database. */
  async directoryOf(seat: AgentSeat): Promise<QueueDirectory> {
    const known = this.desks.get(seat.id);
    if (known) {
      known.usedAtMs = performance.now();
      return known.directory;
    }
    const desk = { directory: new QueueDirectory(new Set(seat.tags)), usedAtMs: performance.now() };
    desk.directory.belongTo(seat.tenantId);
    // Before it is offered anything: a job may exclude a tag that was attached.
    desk.directory.attach(await this.attached.ofWorker(seat.id));
    this.desks.set(seat.id, desk);
    const waiting = await this.queue.waitingQueues();
    this.learn(waiting);
    offer(desk, waiting);
    return desk.directory;
  }

  /** Something changed that this process will hear of too late: the next claim of the agent asks the database. */
  forget(agentId: string): void {
    this.desks.delete(agentId);
  }

  /** Tags were attached or detached: who fits what is found out anew, by those who wait at once. */
  private forgetAll(): void {
    this.desks.clear();
    for (const agentId of this.forWork.agentIds) this.forWork.wake(agentId);
  }

  /** `payload`: ids of queues, or nothing: look at all. */
  private async tell(payload: string): Promise<void> {
    if (this.desks.size === 0) return;
    if (payload === '') {
      this.spread(await this.queue.waitingQueues());
      return;
    }
    const ids = payload.split(',').map(Number);
    const unknown = ids.filter((id) => !this.queues.has(id));
    if (unknown.length > 0) this.learn(await this.queue.queues(unknown));
    this.spread(ids.flatMap((id) => this.queues.get(id) ?? []));
  }

  private lookAround(): void {
    const now = performance.now();
    for (const [agentId, desk] of this.desks) if (now - desk.usedAtMs > FORGET_MS) this.desks.delete(agentId);
    if (this.forWork.agentIds.length > 0) this.guard(async () => this.spread(await this.queue.waitingQueues()));
    for (const agentId of this.forNews.agentIds) this.forNews.wake(agentId);
  }

  private spread(waiting: readonly QueueInfo[]): void {
    this.learn(waiting);
    for (const [agentId, desk] of this.desks) {
      offer(desk, waiting);
      if (desk.directory.hasWork) this.forWork.wake(agentId);
    }
  }

  private learn(queues: readonly QueueInfo[]): void {
    for (const queue of queues) this.queues.set(queue.id, queue);
  }

  private guard(work: () => Promise<void>): void {
    work().catch((error: unknown) => this.logger.warn(`Looking for work failed: ${messageOf(error)}`));
  }
}

/** What does not fit the agent, or is not for it, the directory leaves out. */
function offer({ directory }: Desk, waiting: readonly QueueInfo[]): void {
  directory.describe(waiting);
  directory.mayHaveWork(waiting.map((queue) => queue.id));
}
