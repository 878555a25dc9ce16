import { Logger } from '@nestjs/common';
import pg from 'pg';
import { messageOf } from '../kernel/message-of.js';
import { CHANNELS, type Channel } from './channels.js';

type Handler = (payload: string) => void;
/** The session at the other end, which pg's types do not show. */
type BackendOf = pg.Client & { readonly processID?: number };

const NOTIFY = 'SELECT pg_notify(c, p) FROM unnest($1::text[], $2::text[]) AS m(c, p)';

const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 5_000;

/**
 * The one LISTEN connection of a process. When it is lost it comes back by itself with growing pauses and then calls every
 * `onConnect` handler, because whatever was notified in between is gone.
 */
export class Listener {
  private readonly logger = new Logger('Listener');
  private readonly handlers = new Map<string, Handler[]>();
  private readonly connectHandlers: (() => void)[] = [];
  private readonly lostHandlers: (() => void)[] = [];
  private client: pg.Client | null = null;
  private retryMs = FIRST_RETRY_MS;
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(private readonly url: string) {}

  /** True while notifications can arrive. */
  get isConnected(): boolean {
    return this.client !== null;
  }

  /** Calls `handler` with each payload of `channel`. To be called before `start`. */
  on(channel: Channel, handler: Handler): void {
    const name = CHANNELS[channel];
    this.handlers.set(name, [...(this.handlers.get(name) ?? []), handler]);
  }

  /** Calls `handler` after every connect, the first one included. */
  onConnect(handler: () => void): void {
    this.connectHandlers.push(handler);
  }

  /** Calls `handler` whenever the connection was lost. */
  onLost(handler: () => void): void {
    this.lostHandlers.push(handler);
  }

  /** Connects; the first failure is thrown, later ones are retried for ever. */
  async start(): Promise<void> {
    await this.connect();
  }

  /** Calls the handlers of this process as if the payload had been notified. */
  deliver(channel: Channel, payload: string): void {
    this.call(CHANNELS[channel], payload);
  }

  /** Notifies the other processes, at once. Throws when there is no connection. */
  async notify(messages: readonly { channel: Channel; payload: string }[]): Promise<void> {
    if (this.client === null) throw new Error('There is no notification connection.');
    await this.client.query(NOTIFY, [messages.map((m) => CHANNELS[m.channel]), messages.map((m) => m.payload)]);
  }

  private call(name: string, payload: string): void {
    for (const handler of this.handlers.get(name) ?? []) handler(payload);
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({ connectionString: this.url, application_name: 'carillon-listen', keepAlive: true });
    client.on('notification', ({ channel, payload, processId }) => {
      // What this process announces it has told itself already. Behind a pooler the number is another one; to hear it twice does no harm.
      if (processId !== (client as BackendOf).processID) this.call(channel, payload ?? '');
    });
    client.on('error', (error) => this.lost(client, error.message));
    client.on('end', () => this.lost(client, 'connection ended'));
    await client.connect();
    for (const channel of this.handlers.keys()) await client.query(`LISTEN ${channel}`);
    if (this.closed) return client.end();
    this.client = client;
    this.retryMs = FIRST_RETRY_MS;
    for (const handler of this.connectHandlers) handler();
  }

  private lost(client: pg.Client, why: string): void {
    if (this.client !== client || this.closed) return;
    this.client = null;
    this.logger.warn(`The notification connection was lost (${why}); reconnecting`);
    client.end().catch(() => undefined);
    for (const handler of this.lostHandlers) handler();
    this.retry();
  }

  private retry(): void {
    this.timer = setTimeout(() => {
      this.connect().catch((error: unknown) => {
        this.logger.debug(`No notification connection yet: ${messageOf(error)}`);
        if (!this.closed) this.retry();
      });
    }, this.retryMs);
    this.retryMs = Math.min(this.retryMs * 2, LAST_RETRY_MS);
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    const client = this.client;
    this.client = null;
    await client?.end().catch(() => undefined);
  }
}
