import type { FieldErrors } from './refusal.js';
import { Refusal } from './refusal.js';

/** The server could not be reached or could not answer: to be tried again. */
export class LinkDown extends Error {}

const ANSWER_MS = 20_000;
/** Statuses that say nothing about the request itself. */
const PASSING = new Set([408, 425, 429]);

/** Sends requests of the agents' protocol. Knows nothing of what they mean. */
export class ServerLink {
  /** `token` null: the open mode. */
  constructor(
    private readonly url: string,
    private readonly tenant: string | null,
    public token: string | null,
  ) {}

  /**
   * The parsed answer; undefined without a body. `waitMs`: how long the server was asked to wait. Throws `LinkDown`, or `Refusal` for what the
   * server will not do.
   */
  async send(method: 'POST' | 'DELETE', path: string, body: unknown, waitMs = 0): Promise<unknown> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${this.url}/api/v2/agents${path}`, {
        method,
        redirect: 'manual',
        headers: this.headers(body !== undefined),
        signal: AbortSignal.timeout(waitMs + ANSWER_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      text = await response.text();
    } catch (error) {
      throw new LinkDown(reasonOf(error), { cause: error });
    }
    if (response.status >= 500 || PASSING.has(response.status)) throw new LinkDown(`the answer was ${response.status}`);
    const parsed = parse(text);
    if (response.ok) return parsed;
    const { code = '', detail = text.slice(0, 500), errors = [] } = (parsed ?? {}) as Problem;
    throw new Refusal(response.status, code, detail, errors);
  }

  private headers(hasBody: boolean): Record<string, string> {
    return {
      ...(hasBody ? { 'content-type': 'application/json' } : {}),
      ...(this.token === null ? {} : { authorization: `Bearer ${this.token}` }),
      ...(this.tenant === null ? {} : { tenant: this.tenant }),
    };
  }
}

interface Problem {
  readonly code?: string;
  readonly detail?: string;
  readonly errors?: FieldErrors;
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new LinkDown('the answer was no JSON; is this the address of a Carillon server?');
  }
}

/** What fetch says is always "fetch failed"; why stands in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
