/** One reason of an explanation. */
export interface Reason {
  /** One of `REASON_CODES`. */
  readonly code: string;
  /** A sentence for people that names what it speaks of. */
  readonly message: string;
  /** What the sentence says, for programs; the page docs/explain.md lists the names. Instants are `Date`. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/**
 * One thing that can be said about a run or a job. Pure: it looks at facts and says its reasons, none when it has nothing to say. The order
 * of the rules in their list is the order of the reasons, most decisive first.
 */
export interface Rule<Facts> {
  /** The codes that it may say, each with what it means and the names of its facts. */
  readonly codes: Readonly<Record<string, string>>;
  readonly reasons: (facts: Facts) => readonly Reason[];
}
