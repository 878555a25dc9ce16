import { setTimeout as delay } from 'node:timers/promises';
import type { JobContext } from '../job-context.js';

/** Job class `examples.countdown.Countdown`: counts down, reports its progress, and stops at once when it is cancelled. */
export class Countdown {
  static describe = {
    title: 'Count down',
    notes: 'Counts down to zero and reports its progress. The result tells how many steps were done.',
    arguments: [
      { name: 'from', type: 'integer from 1 to 1000', description: 'Where to begin. Default: 5.', required: false },
    ],
    parameters: [
      {
        name: 'stepMs',
        type: 'integer',
        description: 'Milliseconds between two steps. Default: 1000.',
        required: false,
      },
    ],
    exampleArguments: [5],
    exampleParameters: { stepMs: 200 },
  };

  constructor(private readonly context: JobContext) {}

  async run(from: unknown = 5): Promise<{ steps: number }> {
    if (typeof from !== 'number' || !Number.isInteger(from) || from < 1 || from > 1000) {
      throw new Error(`"from" must be a whole number from 1 to 1000, not ${JSON.stringify(from)}`);
    }
    const stepMs = Number(this.context.parameters['stepMs'] ?? 1000);
    for (let left = from; left > 0; left--) {
      this.context.log(`${left} …`);
      this.context.progress(((from - left) / from) * 100, `${left} to go`);
      // Everything that waits should be given the signal: it rejects when the run is cancelled.
      await delay(stepMs, undefined, { signal: this.context.signal });
    }
    this.context.progress(100, 'done');
    return { steps: from };
  }
}
