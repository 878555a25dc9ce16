// A proof has a short form, in the test command, and a long one: `npm run prove -- <name> [--seed n]`. Both print what they did and
// their seed; with that seed a run can be repeated exactly.

/** How thorough a proof is to be. */
export interface ProofSettings {
  readonly isLong: boolean;
  /** A whole number from 0 to 2^32 - 1. */
  readonly seed: number;
}

/** The settings of this run, from the environment that `prove.mjs` sets. Without it: short, with a seed by the day. */
export function proofSettings(): ProofSettings {
  const { PROOF_FORM: form, PROOF_SEED: seed } = process.env;
  const byDay = Math.floor(Date.now() / 86_400_000);
  return { isLong: form === 'long', seed: (seed === undefined ? byDay : Number(seed)) >>> 0 };
}

/** Random numbers from 0 (inclusive) to 1 that depend on the seed only. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  // Mulberry32 by Tommy Ettinger, in the public domain.
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Prints the figures of a proof and how to repeat it. `part`: which of its parts this was. */
export function report(
  name: string,
  { isLong, seed }: ProofSettings,
  figures: Readonly<Record<string, number>>,
  part = '',
): void {
  const told = Object.entries(figures).map(([what, count]) => `${count.toLocaleString('en')} ${what}`);
  const again = isLong
    ? `npm run prove -- ${name} --seed ${seed}`
    : `PROOF_SEED=${seed} npm test -- test/proofs/${name}.test.ts`;
  const form = [isLong ? 'long' : 'short', part].filter((word) => word !== '').join(', ');
  process.stdout.write(`proof ${name} (${form}): ${told.join(', ')}. Again: ${again}\n`);
}
