// One client with a tenant of its own: sends, judges each answer, and looks at once what it left in the database.
import { RECIPES } from '../../tenancy/operation-recipes.js';
import { until } from '../../support/until.js';
import { accessFault } from './access.js';
import { Dice } from './dice.js';
import { KeptConnection, sendAlone } from './exchange.js';
import { bytesOf, type FuzzRequest, type RandomRequests } from './random-requests.js';
import { rawRequest } from './raw-requests.js';
import { isForeign, type Home, type Sender } from './sender.js';
import type { ServedOperation } from './served-operations.js';
import type { Turns } from './turns.js';
import type { Verdict } from './verdict.js';
import type { Change, WriteWatch } from './write-watch.js';

/** One of so many requests is made of raw bytes. */
const RAW_SHARE = 0.02;
const QUIET_MS = 200;
const PATIENCE_MS = 20_000;
/** Of operations that wait for a worker, which these servers have none of, or for work. */
const SHORT_PATIENCE_MS = 500;
/** What a request was to store whose answer nobody waited for, is stored by then: these servers let a request take 5 s. */
const LATE_MS = 6_000;
/** After so many requests a lane moves to a new tenant, as its things get used up. */
const REQUESTS_PER_WORLD = 600;

/** What accounts for a run that was not let in. */
const SKIPPED = ['executions', 'unsuccessful_executions', 'outlying_executions', 'audit_log execution.requested'];

/**
 * What a refused request may leave, by operation (or any, `*`): places as `WriteWatch` names them. Each is documented behaviour.
 */
const MAY_REMAIN: Readonly<Record<string, readonly string[]>> = {
  // Written later and summed up, so it cannot be told of which request.
  '*': ['audit_log request.refused', 'audit_log execution.awaited_ended', 'sign_in_attempts'],
  // A run that was asked for and that an overlap rule does not let in is accounted for as skipped; only ndscheduler's answer to it is a refusal.
  NdschedulerExecutions_run: SKIPPED,
  NdschedulerExecutions_runNamed: SKIPPED,
};

/** Where nobody becomes somebody: with the right password there is a session afterwards. */
const SIGN_INS: readonly string[] = ['Login_login', 'NdschedulerSignIn_login', 'CdrouterSignIn_authenticate'];

/** What all lanes share. */
export interface Fuzzing {
  readonly url: string;
  readonly seed: number;
  readonly operations: readonly ServedOperation[];
  readonly requests: RandomRequests;
  readonly verdict: Verdict;
  readonly watch: WriteWatch;
  /** Makes a tenant and its people. `previous`: where the lane was before. */
  readonly settle: (previous: Home | null) => Promise<Home>;
  /** Whoever changes what belongs to no tenant does it alone. */
  readonly turns: Turns;
  readonly violations: string[];
  readonly tally: Map<string, number>;
}

/** A client. */
export class Lane {
  private readonly connection: KeptConnection;
  private readonly port: number;
  private home: Home | null = null;
  private left = 0;

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
    const home = await this.currentHome();
    if (dice.chance(RAW_SHARE)) return this.sendRaw(index, home, dice);
    // What it may do late shall be told apart by its tenant.
    const sender = home.sender(operation, dice, this.isFree && !mayWait(operation));
    const request = this.fuzzing.requests.next(operation, home.world, dice, sender.headers);
    const exchange = (): Promise<void> => this.exchange(index, operation, home, sender, request);
    return this.isFree ? this.fuzzing.turns.take(exchange) : exchange();
  }

  private async exchange(
    index: number,
    operation: ServedOperation,
    home: Home,
    sender: Sender,
    request: FuzzRequest,
  ): Promise<void> {
    const isHead = request.method === 'HEAD';
    const patience = mayWait(operation) ? SHORT_PATIENCE_MS : PATIENCE_MS;
    const outcome = await this.connection.ask(bytesOf(request), isHead, patience);
    const tell = (fault: string): void =>
      this.tell(index, `${operation.id} as ${sender.what}`, fault, request, outcome);
    if (outcome === 'silent') {
      this.count('hung up on');
      await this.awaitChanges(home, operation.id);
      this.left = 0;
      if (!mayWait(operation)) tell(`no answer within ${PATIENCE_MS} ms`);
      return;
    }
    const changes = await this.changes(home);
    if (outcome === 'closed') return tell('the connection was closed without an answer');
    const { status } = outcome;
    const right = home.rightOf(sender, operation);
    this.count(`${Math.floor(status / 100)}xx`);
    if (right !== 'untold') this.count(right);
    const isOnPath = request.isOnPath && request.method === operation.method;
    const faults = [
      this.fuzzing.verdict.of(outcome, operation, { isOnPath, isHead }),
      accessFault(outcome, right, sender, operation, request),
      faultOfChanges(changes, home, sender, status, operation.id),
    ];
    faults.forEach((fault) => fault !== null && tell(fault));
  }

  private async sendRaw(index: number, home: Home, dice: Dice): Promise<void> {
    const { what, bytes, mostAnswers, makes } = rawRequest(home.trusted, index, dice);
    const at = dice.below(bytes.length);
    const parts = dice.chance(0.5) ? [bytes] : [bytes.subarray(0, at), bytes.subarray(at)];
    const answers = await sendAlone(this.port, parts, makes > 0 ? PATIENCE_MS : QUIET_MS);
    // The connection may be closed for what followed a whole request while that is still being carried out.
    const made = answers.filter(({ status }) => status === 201).length;
    if (made < makes && makes > 1) await this.awaitAllChanges(home);
    else if (makes > 0) await this.awaitChanges(home, 'raw');
    const changes = makes > 0 ? [] : unexpected(await this.changes(home), 'raw');
    this.count('raw');
    const tell = (fault: string): void => this.tell(index, `raw: ${what}`, fault, bytes.toString('latin1'), answers);
    if (answers.length > mostAnswers) tell(`${answers.length} answers instead of ${mostAnswers}`);
    if (answers.some(({ status }) => status >= 500)) tell('a fault of the server');
    if (changes.length > 0) tell(`it left changes in ${placesOf(changes)}`);
  }

  /** What is stored late must not be taken for what the next request leaves. What is always written later does not count: it may be another request's. */
  private async awaitChanges(home: Home, operation: string): Promise<void> {
    const isStored = async (): Promise<boolean> => unexpected(await this.changes(home), operation).length > 0;
    await until('it is stored', isStored, LATE_MS).catch(() => undefined);
  }

  /** The same where more than one thing may be stored, and it was not told how many were: as long as any may come. */
  private async awaitAllChanges(home: Home): Promise<void> {
    const drained = async (): Promise<false> => (await this.changes(home), false);
    await until('nothing more can come', drained, LATE_MS).catch(() => undefined);
  }

  private async changes({ world, strangers }: Home): Promise<Change[]> {
    const own = await this.fuzzing.watch.changesOf(strangers === null ? [world.id] : [world.id, strangers.id]);
    return this.isFree ? [...own, ...(await this.fuzzing.watch.changesBeyondWorlds())] : own;
  }

  private async currentHome(): Promise<Home> {
    if (this.home !== null && this.left-- > 0) return this.home;
    this.home = await this.fuzzing.settle(this.home);
    this.left = REQUESTS_PER_WORLD;
    await this.changes(this.home);
    return this.home;
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

/** What is wrong with what a request left in the database; null when nothing is. */
function faultOfChanges(
  all: readonly Change[],
  { world, strangers }: Home,
  sender: Sender,
  status: number,
  operation: string,
): string | null {
  const changes = unexpected(all, operation);
  const tenants = [world, ...(strangers === null ? [] : [strangers])];
  const foreign = tenants.filter(({ name }) => isForeign(sender, name)).map(({ id }) => id);
  const trespasses = changes.filter(({ tenant }) => tenant !== null && foreign.includes(tenant));
  if (trespasses.length > 0) return `changes of another tenant in ${placesOf(trespasses)}`;
  const isSignedIn = SIGN_INS.includes(operation) && status < 400;
  if (changes.length > 0 && sender.caller?.principal === null && !isSignedIn)
    return `nobody left changes in ${placesOf(changes)}`;
  return changes.length > 0 && status >= 400 ? `a refused request left changes in ${placesOf(changes)}` : null;
}

function unexpected(changes: readonly Change[], operation: string): Change[] {
  return changes.filter(({ place }) => !mayRemain(operation).includes(place));
}

function placesOf(changes: readonly Change[]): string {
  return changes.map(({ place }) => place).join(', ');
}

function mayRemain(operation: string): readonly string[] {
  return [...(MAY_REMAIN['*'] ?? []), ...(MAY_REMAIN[operation] ?? [])];
}

/** Whether an operation may take its time on purpose: it has a setting for that, or its recipe says so. */
function mayWait({ id, body }: ServedOperation): boolean {
  return RECIPES[id]?.awaitsWorker !== undefined || JSON.stringify(body?.schema ?? {}).includes('ClaimDto');
}
