// Chance that can be repeated: every choice of the fuzzing comes from here.
import { randomFrom } from '../proof-settings.js';

/** Draws that depend on the seed and the number of the request only, so that each request can be made again by itself. */
export class Dice {
  private readonly random: () => number;

  constructor(seed: number, index: number) {
    this.random = randomFrom((seed ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0);
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  /** True with the probability `share`, from 0 to 1. */
  chance(share: number): boolean {
    return this.random() < share;
  }

  /** One of the items. Throws without any. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new Error('There is nothing to pick from.');
    return items[this.below(items.length)] as T;
  }
}
