import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTicks } from '../runners/executor/process-table.js';

/** Tokens that can be used once, so that what they were exchanged for has to be kept. */
const JOIN_PREFIX = 'crj_';

interface Kept {
  readonly instanceKey: string;
  /** Of which server and token the credential is. */
  readonly url: string;
  readonly joinToken: string;
  readonly credential: string | null;
}

/**
 * Who this agent is, in its data folder: the credential that it got for a join token, readable for its owner only. With an API token there is
 * nothing to keep, because it can register again.
 */
export class AgentIdentity {
  private readonly file: string;
  private readonly lock: string;
  private kept: Kept;

  /** Throws when the folder cannot be written or another agent uses it. */
  constructor(
    folder: string,
    private readonly given: { readonly url: string; readonly token: string | null },
  ) {
    mkdirSync(folder, { recursive: true });
    this.file = join(folder, 'identity.json');
    this.lock = join(folder, 'agent.pid');
    takeLock(this.lock, folder);
    this.kept = this.read();
  }

  /** Sent with a join token. */
  get instanceKey(): string {
    return this.kept.instanceKey;
  }

  /** What to sign requests with; null: nothing. */
  get token(): string | null {
    return this.kept.credential ?? this.given.token;
  }

  /** Keeps what a join token was exchanged for. */
  keep(credential: string): void {
    if (this.given.token?.startsWith(JOIN_PREFIX) !== true) return;
    this.kept = { ...this.kept, credential };
    this.write();
  }

  /** Lets another agent use the folder. */
  release(): void {
    rmSync(this.lock, { force: true });
  }

  private read(): Kept {
    const { url, token } = this.given;
    const fresh = { instanceKey: randomBytes(18).toString('base64url'), url, joinToken: token ?? '', credential: null };
    let kept: Kept = fresh;
    try {
      const found = JSON.parse(readFileSync(this.file, 'utf8')) as Kept;
      // Without a token the one that was kept counts; another token or server means another agent.
      if (found.url === url && (token === null || token === found.joinToken)) kept = found;
    } catch {
      // There is none yet, or it is no good: a new one is made.
    }
    if (token?.startsWith(JOIN_PREFIX) === true && kept === fresh) {
      this.kept = kept;
      this.write();
    }
    return kept;
  }

  private write(): void {
    const draft = `${this.file}.new`;
    writeFileSync(draft, JSON.stringify(this.kept), { mode: 0o600 });
    chmodSync(draft, 0o600);
    renameSync(draft, this.file);
  }
}

function takeLock(lock: string, folder: string): void {
  let holder = '';
  try {
    holder = readFileSync(lock, 'utf8');
  } catch {
    // Nobody has been here.
  }
  const [pid = '0', ticks = ''] = holder.split(':');
  if (Number(pid) > 0 && Number(pid) !== process.pid && startTicks(Number(pid)) === ticks)
    throw new Error(
      `The data folder ${folder} is used by another agent (process ${pid}). Give each its own --data-dir.`,
    );
  writeFileSync(lock, `${process.pid}:${startTicks(process.pid) ?? ''}`);
}
