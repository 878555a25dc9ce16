/** Something that takes part in a comparison. */
export interface Turn {
  readonly who: string;
  /** One round; answers its figure and how long it was measured, in milliseconds. */
  round(isWarmUp: boolean): Promise<{ value: number; ms: number }>;
}

/**
 * Lets all take turns, each round in another order, after one round that does not count. Whoever has used up `budgetMs` sits out the rest.
 * `between` runs before every turn. Answers the figures of each, in the order of `turns`.
 */
export async function inTurns(
  turns: readonly Turn[],
  rounds: number,
  budgetMs: number,
  between: () => Promise<void>,
): Promise<{ who: string; values: number[] }[]> {
  const entries = turns.map((turn) => ({ turn, values: [] as number[], usedMs: 0 }));
  for (const { turn } of entries) await turn.round(true);
  for (let round = 0; round < rounds; round++) {
    const first = round % Math.max(1, entries.length);
    for (const entry of [...entries.slice(first), ...entries.slice(0, first)]) {
      if (entry.values.length > 0 && entry.usedMs >= budgetMs) continue;
      await between();
      const { value, ms } = await entry.turn.round(false);
      entry.values.push(value);
      entry.usedMs += ms;
    }
  }
  return entries.map(({ turn, values }) => ({ who: turn.who, values }));
}
