import type { JobFacts } from '../facts.js';
import type { Rule } from '../reason.js';

/** Nothing fires while the job is paused. */
export const jobPaused: Rule<JobFacts> = {
  codes: { job_paused: 'The job is paused: its triggers do not fire. It can be run by hand. No facts.' },
  reasons: ({ isPaused }) =>
    isPaused ? [{ code: 'job_paused', message: 'The job is paused; its triggers do not fire.', facts: {} }] : [],
};
