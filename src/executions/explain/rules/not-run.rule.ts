import type { RunFacts } from '../facts.js';
import type { Rule } from '../reason.js';

const WORDS: Readonly<Record<string, string>> = {
  overlap: 'as many runs of its job as are allowed were active',
  group_busy: 'as many runs of its group as are allowed were active',
  superseded: 'a later run of its job took its place',
  dst_gap: 'the clock went forward over its time, and `dstGap` of its trigger is `skip`',
  dst_overlap: 'the clock showed its time twice, and `dstOverlap` of its trigger chose the other one',
};

/** Occurrences that are in the history without having run. */
export const notRun: Rule<RunFacts> = {
  codes: {
    missed:
      'It was not fired in time, and the misfire policy of its trigger did not make up for it. Facts: `reason`, `scheduledFor`.',
    skipped: 'A rule of its job or trigger decided against it. Facts: `reason`, `scheduledFor`, `overlapPolicy`.',
  },
  reasons: ({ state, reason, scheduledFor, overlapPolicy }) => {
    const at = scheduledFor.toISOString();
    const why = WORDS[reason ?? ''] ?? reason ?? 'no reason was kept';
    if (state === 'missed') {
      return [
        {
          code: 'missed',
          message: `It was due at ${at} and not fired in time: ${why}.`,
          facts: { reason, scheduledFor },
        },
      ];
    }
    if (state !== 'skipped') return [];
    return [
      {
        code: 'skipped',
        message: `It was due at ${at} and skipped: ${why}.`,
        facts: { reason, scheduledFor, overlapPolicy },
      },
    ];
  },
};
