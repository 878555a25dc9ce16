import type { JobFacts, RunFacts } from './facts.js';
import type { Reason, Rule } from './reason.js';
import { agentsFit } from './rules/agents-fit.rule.js';
import { delayed } from './rules/delayed.rule.js';
import { driven } from './rules/driven.rule.js';
import { earlierAttempts } from './rules/earlier-attempts.rule.js';
import { ended } from './rules/ended.rule.js';
import { group } from './rules/group.rule.js';
import { held } from './rules/held.rule.js';
import { interfaces } from './rules/interfaces.rule.js';
import { jobClass } from './rules/job-class.rule.js';
import { jobPaused } from './rules/job-paused.rule.js';
import { jobRuns } from './rules/job-runs.rule.js';
import { notRun } from './rules/not-run.rule.js';
import { overlap } from './rules/overlap.rule.js';
import { queueOrder } from './rules/queue-order.rule.js';
import { slots } from './rules/slots.rule.js';
import { tenantLimit } from './rules/tenant-limit.rule.js';
import { triggers } from './rules/triggers.rule.js';

/** A pending run that nothing stands in the way of: the next claim takes it. */
const ABOUT_TO_START = {
  about_to_start: 'Nothing stands in its way: a worker takes it with its next claim. No facts.',
};

/** What is said of a run, most decisive first. A new rule is a file and a place here. */
const RUN_RULES: readonly Rule<RunFacts>[] = [
  ended,
  notRun,
  driven,
  held,
  delayed,
  overlap,
  group,
  agentsFit,
  tenantLimit,
  interfaces,
  slots,
  queueOrder,
  jobClass,
  earlierAttempts,
];

/** What is said of a job, most decisive first. */
const JOB_RULES: readonly Rule<JobFacts>[] = [
  jobPaused,
  jobClass,
  triggers,
  agentsFit,
  tenantLimit,
  interfaces,
  slots,
  jobRuns,
];

/** Every code there is, with what it means. */
export const REASON_CODES: Readonly<Record<string, string>> = Object.assign(
  {},
  ...[...RUN_RULES, ...JOB_RULES].map((rule) => rule.codes),
  ABOUT_TO_START,
) as Record<string, string>;

/** Why a run does not run, or what happened to it; never empty. */
export function explainRun(facts: RunFacts): readonly Reason[] {
  const reasons = RUN_RULES.flatMap((rule) => rule.reasons(facts));
  const decisive = reasons.filter(({ code }) => code !== 'earlier_attempts' && code !== 'forbidden_class');
  if (facts.state !== 'pending' || decisive.length > 0) return reasons;
  const message = 'Nothing stands in its way: a worker takes it with its next claim.';
  return [{ code: 'about_to_start', message, facts: {} }, ...reasons];
}

/** Why a job does not run, and when it will; never empty. */
export function explainJob(facts: JobFacts): readonly Reason[] {
  return JOB_RULES.flatMap((rule) => rule.reasons(facts));
}
