import { DATE_TRIGGER_AT } from './date-trigger-at.js';

/**
 * Whether the scheduler is done with a date trigger, however that went: it has no next instant, and not only because it is paused.
 * Needs `triggers t` and its job `j`. Index: none, this is a part of statements.
 */
export const DATE_TRIGGER_IS_DONE = `(t.next_fire_at IS NULL
       AND NOT ((t.paused OR j.paused) AND t.last_fire_at IS DISTINCT FROM ${DATE_TRIGGER_AT}))`;
