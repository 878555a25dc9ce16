// One client with a tenant of its own: sends, judges each answer, and looks at once what it left in the database.
import { makeTenantWorld, type TenantWorld } from '../../tenancy/tenant-world.js';
import { RECIPES } from '../../tenancy/operation-recipes.js';
import { call } from '../../http/http-call.js';
import type { NativeApp } from '../../http/native-app.js';
import { until } from '../../support/until.js';
import { Dice } from './dice.js';
import { KeptConnection, sendAlone } from './exchange.js';
import { bytesOf, type FuzzRequest, type RandomRequests } from './random-requests.js';
import { rawRequest } from './raw-requests.js';
import type { ServedOperation } from './served-operations.js';
import type { Verdict } from './verdict.js';
import type { WriteWatch } from './write-watch.js';

/** One of so many requests is made of raw bytes. */
const RAW_SHARE = 0.02;
const QUIET_MS = 200;
const PATIENCE_MS = 20_000;
/** Of operations that wait for a worker, which these servers have none of, or for work. */
const SHORT_PATIENCE_MS = 500;
/** What a request was to store whose answer nobody waited for, is stored by then. */
const LATE_MS = 3_000;
/** After so many requests a lane moves to a new tenant, as its things get used up. */
const REQUESTS_PER_WORLD = 600;

/**
 * What a refused request may leave, by operation (or any, `*`): places as `WriteWatch` names them. Each is documented behaviour.
 */
const MAY_REMAIN: Readonly<Record<string, readonly string[]>> = {
  // Written later and summed up, so it cannot be told of which request.
  '*': ['audit_log request.refused', 'audit_log execution.awaited_ended', 'sign_in_attempts'],
};

/** What all lanes share. */
export interface Fuzzing {
  readonly url: string;
  readonly seed: number;
  readonly operations: readonly ServedOperation[];
  readonly requests: RandomRequests;
  readonly verdict: Verdict;
  readonly watch: WriteWatch;
  readonly violations: string[];
  readonly tally: Map<string, number>;
}

/** A client. */
export class Lane {
  private readonly connection: KeptConnection;
  private readonly port: number;
  private world: TenantWorld | null = null;
  private sent = 0;

  /** `isFree`: it alone may act for no tenant, for another one and for the whole installation. */
  constructor(
    private readonly fuzzing: Fuzzing,
    private readonly isFree: boolean,
  ) {
    this.port = Number(new URL(fuzzing.url).port);
    this.connection = new KeptConnection(this.port);
  }

  /** Sends the request of that number. */
  async send(index: number, operation: ServedOperation): Promise<void> {
    const dice = new Dice(this.fuzzing.seed, index);
    const world = await this.currentWorld();
    if (dice.chance(RAW_SHARE)) return this.sendRaw(index, world, dice);
    // What it may do late shall be told apart by its tenant.
    const request = this.fuzzing.requests.next(operation, world, dice, this.isFree && !mayWait(operation));
    const isHead = request.method === 'HEAD';
    const outcome = await this.connection.ask(
      bytesOf(request),
      isHead,
      mayWait(operation) ? SHORT_PATIENCE_MS : PATIENCE_MS,
    );
    const tell = (fault: string): void => this.tell(index, operation.id, fault, request, outcome);
    if (outcome === 'silent') {
      this.count('hung up on');
      await this.awaitChanges(world);
      this.world = null;
      if (!mayWait(operation)) tell(`no answer within ${PATIENCE_MS} ms`);
      return;
    }
    const left = await this.changes(world);
    if (outcome === 'closed') return tell('the connection was closed without an answer');
    this.count(`${Math.floor(outcome.status / 100)}xx`);
    const fault = this.fuzzing.verdict.of(outcome, operation, {
      isOnPath: request.isOnPath && request.method === operation.method,
      isHead,
    });
    if (fault !== null) tell(fault);
    const unexpected = outcome.status < 400 ? [] : left.filter((place) => !mayRemain(operation.id).includes(place));
    if (unexpected.length > 0) tell(`a refused request left changes in ${unexpected.join(', ')}`);
  }

  private async sendRaw(index: number, world: TenantWorld, dice: Dice): Promise<void> {
    const { what, bytes, mostAnswers, mayStore } = rawRequest(world, index, dice);
    const at = dice.below(bytes.length);
    const parts = dice.chance(0.5) ? [bytes] : [bytes.subarray(0, at), bytes.subarray(at)];
    const answers = await sendAlone(this.port, parts, mayStore ? PATIENCE_MS : QUIET_MS);
    // The connection may be closed for what followed a whole request while that is still being carried out.
    if (mayStore) await this.awaitChanges(world);
    const left = mayStore ? [] : await this.changes(world);
    this.count('raw');
    const tell = (fault: string): void => this.tell(index, `raw: ${what}`, fault, bytes.toString('latin1'), answers);
    if (answers.length > mostAnswers) tell(`${answers.length} answers instead of ${mostAnswers}`);
    if (answers.some(({ status }) => status >= 500)) tell('a fault of the server');
    if (left.some((place) => !mayRemain('raw').includes(place))) tell(`it left changes in ${left.join(', ')}`);
  }

  /** What is stored late must not be taken for what the next request leaves. */
  private async awaitChanges(world: TenantWorld): Promise<void> {
    await until('it is stored', async () => (await this.changes(world)).length > 0, LATE_MS).catch(() => undefined);
  }

  private async changes(world: TenantWorld): Promise<string[]> {
    const own = await this.fuzzing.watch.changesOf(world.id);
    return this.isFree ? [...own, ...(await this.fuzzing.watch.changesBeyondWorlds())] : own;
  }

  private async currentWorld(): Promise<TenantWorld> {
    if (this.world !== null && this.sent++ % REQUESTS_PER_WORLD !== 0) return this.world;
    const { url, watch } = this.fuzzing;
    const app: Pick<NativeApp, 'call' | 'sql'> = {
      call: (method, path, options) => call(url, method, path, options),
      sql: (text, values) => watch.sql(text, values),
    };
    this.world = await makeTenantWorld(app, (id) => watch.isWorld(id));
    await this.changes(this.world);
    return this.world;
  }

  private count(what: string): void {
    this.fuzzing.tally.set(what, (this.fuzzing.tally.get(what) ?? 0) + 1);
  }

  private tell(index: number, operation: string, fault: string, request: FuzzRequest | string, outcome: unknown): void {
    const sent = typeof request === 'string' ? request : bytesOf(request).toString('latin1');
    const shown = JSON.stringify({ sent: sent.slice(0, 1_500), outcome: short(outcome) });
    this.fuzzing.violations.push(`request ${index} (${operation}): ${fault}\n  ${shown}`);
  }

  /** Hangs up. */
  close(): void {
    this.connection.close();
  }
}

function short(outcome: unknown): unknown {
  if (Array.isArray(outcome)) return outcome.map(short);
  if (typeof outcome !== 'object' || outcome === null) return outcome;
  const { status, body } = outcome as { status: number; body: string };
  return { status, body: body.slice(0, 800) };
}

function mayRemain(operation: string): readonly string[] {
  return [...(MAY_REMAIN['*'] ?? []), ...(MAY_REMAIN[operation] ?? [])];
}

/** Whether an operation may take its time on purpose: it has a setting for that, or its recipe says so. */
function mayWait({ id, body }: ServedOperation): boolean {
  return RECIPES[id]?.awaitsWorker !== undefined || JSON.stringify(body?.schema ?? {}).includes('ClaimDto');
}
