/** The `errors` of a problem. */
export type FieldErrors = readonly { readonly field: string; readonly code: string; readonly message: string }[];

/** What the server will not do, however often it is asked. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly errors: FieldErrors,
  ) {
    super(detail);
  }

  /** This life of the agent is over; it has to register again. */
  get isEndOfLife(): boolean {
    return (this.status === 409 && this.code === 'invalid_state') || this.status === 404;
  }

  /** The agent is not welcome any more, or never was. */
  get isBan(): boolean {
    return this.status === 401 || this.status === 403;
  }

  /** The request itself is at fault: another one may do better. */
  get isBadInput(): boolean {
    return this.status === 400 || this.status === 413;
  }

  /** Positions in `list` of the entries that were refused as stale; null when that was not the reason. */
  staleIn(list: string): Set<number> | null {
    if (this.code !== 'stale_fence') return null;
    const start = `/${list}/`;
    return new Set(
      this.errors.flatMap(({ field }) => (field.startsWith(start) ? Number(field.slice(start.length)) : [])),
    );
  }
}
