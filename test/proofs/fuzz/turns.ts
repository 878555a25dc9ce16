/** One thing after the other. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** Runs `work` when all that came before has ended, well or not. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
