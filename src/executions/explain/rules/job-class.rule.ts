import type { PlacementFacts } from '../facts.js';
import type { Rule } from '../reason.js';

/** It may not be run at all. */
export const jobClass: Rule<PlacementFacts> = {
  codes: {
    forbidden_class:
      'The job class may not be used; a run fails with `forbidden_class` as soon as a worker takes it. Facts: `jobClass`.',
  },
  reasons: ({ classRefusal, jobClass: name }) =>
    classRefusal === null ? [] : [{ code: 'forbidden_class', message: classRefusal, facts: { jobClass: name } }],
};
