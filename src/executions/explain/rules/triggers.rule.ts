import type { Trigger } from '../../../jobs/trigger.entity.js';
import type { JobFacts } from '../facts.js';
import type { Reason, Rule } from '../reason.js';

/** Lateness of the scheduler that is nothing special. */
const LATE_MS = 5_000;

/** What each trigger is about to do, those first that will do nothing. */
export const triggers: Rule<JobFacts> = {
  codes: {
    no_triggers: 'The job has no triggers; it only runs by hand. No facts.',
    trigger_paused: 'The trigger is paused. Facts of all that speak of a trigger: `triggerId`, `name`, `kind`.',
    trigger_exhausted: 'The trigger has fired as often as it may. Facts: `runCount`, `maxRuns`.',
    trigger_ended: 'The trigger has no further instant. Facts: `endAt`, `lastFireAt`.',
    trigger_not_started: 'The window of the trigger has not begun. Facts: `startAt`, `nextFireAt`.',
    trigger_overdue:
      'The trigger should have fired already: no process with the role scheduler is at work, or it is behind. Facts: `nextFireAt`.',
    next_fire: 'The trigger fires next at this instant. Facts: `nextFireAt`.',
  },
  reasons: (job) => {
    if (job.triggers.length === 0) {
      return [{ code: 'no_triggers', message: 'The job has no triggers; it only runs by hand.', facts: {} }];
    }
    return job.triggers
      .map((trigger) => reasonOf(trigger, job))
      .flatMap((reason) => reason ?? [])
      .sort((a, b) => Number(a.code === 'next_fire') - Number(b.code === 'next_fire') || soonest(a) - soonest(b));
  },
};

function soonest({ facts }: Reason): number {
  return facts['nextFireAt'] instanceof Date ? facts['nextFireAt'].getTime() : 0;
}

/** Null while the job is paused: then no trigger has a next instant, and that says nothing about the trigger. */
function reasonOf(trigger: Trigger, { now, isPaused }: JobFacts): Reason | null {
  const { id: triggerId, name, kind, nextFireAt, startAt, endAt, lastFireAt, runCount, maxRuns } = trigger;
  const title = name === '' ? `The ${kind} trigger ${triggerId}` : `The trigger ${JSON.stringify(name)}`;
  const say = (code: string, message: string, facts: object): Reason => ({
    code,
    message: `${title} ${message}.`,
    facts: { triggerId, name, kind, ...facts },
  });
  if (trigger.paused) return say('trigger_paused', 'is paused', {});
  if (maxRuns !== null && runCount >= maxRuns) {
    return say('trigger_exhausted', `has fired ${runCount} of ${maxRuns} times`, { runCount, maxRuns });
  }
  if (nextFireAt === null) {
    const isOver = !isPaused || (endAt !== null && endAt <= now);
    return isOver ? say('trigger_ended', 'has no further instant', { endAt, lastFireAt }) : null;
  }
  if (nextFireAt.getTime() < now.getTime() - LATE_MS) {
    return say('trigger_overdue', `was due at ${nextFireAt.toISOString()}`, { nextFireAt });
  }
  if (startAt !== null && startAt > now) {
    const message = `begins at ${startAt.toISOString()} and fires first at ${nextFireAt.toISOString()}`;
    return say('trigger_not_started', message, { startAt, nextFireAt });
  }
  return say('next_fire', `fires at ${nextFireAt.toISOString()}`, { nextFireAt });
}
