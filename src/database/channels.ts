/** NOTIFY channels and what their payloads say. A lost notification costs time, never truth: sweeps find what it told of. */
export const CHANNELS = {
  /** Trigger ids, comma-separated, whose next instant may have changed; empty: look at all. */
  triggers: 'carillon_triggers',
  /** Queue ids, comma-separated, that have pending runs; empty: what workers may take has changed, look at all. */
  dispatch: 'carillon_dispatch',
  /** Milliseconds since the epoch at which the earliest of some newly delayed runs becomes due. */
  delayed: 'carillon_delayed',
  /** `agentId:executionId` pairs, comma-separated, that were asked to stop. */
  stop: 'carillon_stop',
  /** Nothing: tags were attached to workers or taken off; look which. */
  labels: 'carillon_labels',
  /** Id of an execution that somebody waits for and that has ended. */
  ended: 'carillon_ended',
  /** A backfill was asked for or resumed; no payload. */
  backfills: 'carillon_backfills',
} as const;

export type Channel = keyof typeof CHANNELS;
