const FIRST_MS = 200;
const LONGEST_MS = 5_000;

/** Growing pauses between attempts, spread so that agents that lost the server together do not come back together. */
export class Pause {
  private failures = 0;
  private cut: (() => void) | null = null;

  /** `longestMs` is asked before each pause; 5 s at most. */
  constructor(private readonly longestMs: () => number = () => LONGEST_MS) {}

  /** The last attempt was good. */
  reset(): void {
    this.failures = 0;
  }

  /** Waits before the next attempt. */
  async next(): Promise<void> {
    const longest = Math.min(LONGEST_MS, this.longestMs(), FIRST_MS * 2 ** this.failures++);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, longest * (0.5 + Math.random() / 2));
      this.cut = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.cut = null;
  }

  /** Ends a pause that is going on. */
  wake(): void {
    this.cut?.();
  }
}
