import type {
  Heartbeat,
  HeartbeatAnswer,
  ClaimAnswer,
  Claim,
  EndedRun,
  Registered,
  Registration,
} from '../agents/agent-protocol.js';
import type { ServerLink } from './server-link.js';

/** What the agent says to its server, in the words of the protocol. All throw `LinkDown` or `Refusal`. */
export class ServerSession {
  private registered: Registered | null = null;

  constructor(private readonly link: ServerLink) {}

  /** Of the present life; empty before the first. */
  get agentId(): string {
    return this.registered?.agentId ?? '';
  }

  /** Largest body that the server reads. */
  get maxBodyBytes(): number {
    return this.registered?.maxBodyBytes ?? 65_536;
  }

  /** Longest pause between signs of life. */
  get heartbeatMs(): number {
    return this.registered?.heartbeatMs ?? 1_000;
  }

  /** Begins a life; answers a credential if there is a new one. */
  async register(registration: Registration): Promise<string | null> {
    this.registered = (await this.link.send('POST', '', registration)) as Registered;
    const { credential } = this.registered;
    if (credential !== null) this.link.token = credential;
    return credential;
  }

  /** A sign of life. */
  async heartbeat(body: Heartbeat): Promise<HeartbeatAnswer> {
    const answer = await this.post('/heartbeat', body, (body.waitSeconds ?? 0) * 1_000);
    return answer as HeartbeatAnswer;
  }

  /** Asks for work. */
  async claim(body: Claim): Promise<ClaimAnswer> {
    return (await this.post('/claim', body, (body.waitSeconds ?? 0) * 1_000)) as ClaimAnswer;
  }

  /** Reports ends and perhaps asks for work. */
  async complete(body: { ends: readonly EndedRun[]; claim?: Omit<Claim, 'waitSeconds'> }): Promise<ClaimAnswer> {
    return (await this.post('/complete', body)) as ClaimAnswer;
  }

  /** Anything else of this agent. */
  post(path: string, body: object, waitMs = 0): Promise<unknown> {
    return this.link.send('POST', `/${this.agentId}${path}`, body, waitMs);
  }

  /** Leaves for good. */
  async leave(): Promise<void> {
    await this.link.send('DELETE', `/${this.agentId}`, undefined);
  }
}
