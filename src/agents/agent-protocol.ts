// What agents on other machines and the server say to each other, as it stands on the wire: JSON, instants as ISO 8601 text. Described in
// docs/agent-protocol.md. The server's DTO classes and the agent program are both checked against these shapes.

/** Version of the protocol, sent at registration. */
export const PROTOCOL_VERSION = 1;

/** Most runs in one claim, one report or one batch of ends. */
export const MOST_RUNS = 500;

/** Most pieces of output in one request. */
export const MOST_PIECES = 1_000;

/** Longest piece of output, in characters. */
export const LONGEST_PIECE = 65_536;

/** Longest time that a request may wait for something to happen. */
export const LONGEST_WAIT_SECONDS = 60;

/** An agent signs on. */
export interface Registration {
  readonly protocol: number;
  readonly name: string;
  readonly hostname: string;
  readonly slots: number;
  readonly tags?: string[];
  readonly pid?: number | null;
  readonly version?: string | null;
  readonly platform?: string | null;
  /** Random, kept for as long as a join token may have to be used again. */
  readonly instanceKey?: string;
  readonly shared?: boolean;
}

/** What it gets. */
export interface Registered {
  readonly agentId: string;
  /** To be sent as bearer token from now on; null: go on with the one that this request came with. */
  readonly credential: string | null;
  readonly leaseMs: number;
  readonly heartbeatMs: number;
  readonly maxBodyBytes: number;
}

/** Stops as they are asked for. */
export type StopWord = 'cancel' | 'force_cancel';

/** A run that the agent holds: started, about to start, or ended and not yet recorded. */
export interface HeldRun {
  readonly id: string;
  readonly fence: number;
  /** The stop that the agent knows of. */
  readonly stopping?: StopWord;
}

/** A run to be stopped. */
export interface Stop {
  readonly id: string;
  readonly stop: StopWord;
}

/** A sign of life, which may wait for news. */
export interface Heartbeat {
  readonly held: HeldRun[];
  readonly waitSeconds?: number;
  /** The agent knows that it shall take nothing more. */
  readonly draining?: boolean;
}

/** What the server has to say. */
export interface HeartbeatAnswer {
  readonly state: 'online' | 'draining';
  readonly stops: Stop[];
  /** Held runs that are no longer this agent's: kill them and forget them. */
  readonly notYours: string[];
  /** Runs that the agent did not name and that were taken back: should the answer to a claim bring one of them later, leave it alone. */
  readonly takenBack: { readonly id: string; readonly fence: number }[];
}

/** An attempt to run. */
export interface HandedRun {
  readonly id: string;
  readonly fence: number;
  readonly attempt: number;
  readonly tenant: string;
  readonly jobId: string;
  readonly jobName: string;
  readonly jobClass: string;
  readonly args: unknown[];
  readonly parameters: Record<string, unknown>;
  readonly scheduledFor: string;
  readonly timeoutMs: number | null;
  readonly killGraceMs: number;
  readonly maxOutputBytes: number;
}

/** The agent asks for work. */
export interface Claim {
  readonly held: HeldRun[];
  readonly limit: number;
  readonly waitSeconds?: number;
}

/** Work, or none. */
export interface ClaimAnswer {
  readonly runs: HandedRun[];
}

/** What a run says of itself. */
export interface ReportedRun {
  readonly id: string;
  readonly fence: number;
  readonly pid?: number | null;
  readonly startedAt?: string | null;
  readonly percent?: number | null;
  readonly message?: string | null;
}

/** A piece of output. */
export interface LoggedPiece {
  readonly id: string;
  readonly fence: number;
  readonly seq: number;
  readonly stream: 'stdout' | 'stderr' | 'log';
  readonly at: string;
  readonly text: string;
}

/** The end of an attempt. */
export interface EndedRun {
  readonly id: string;
  readonly fence: number;
  readonly status: 'succeeded' | 'failed' | 'timed_out' | 'cancelled';
  readonly exitCode?: number | null;
  readonly result?: unknown;
  readonly error?: { readonly type: string; readonly message: string; readonly stack?: string } | null;
  readonly pid?: number | null;
  readonly startedAt?: string | null;
  readonly finishedAt: string;
  /** The agent had to break it off. */
  readonly interrupted?: boolean;
}
