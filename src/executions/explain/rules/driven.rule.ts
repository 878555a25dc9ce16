import type { RunFacts } from '../facts.js';
import type { Rule } from '../reason.js';

/** A client drives it: no worker is waited for, and none holds it. */
export const driven: Rule<RunFacts> = {
  codes: {
    waits_for_client: 'No worker takes it: it begins when the client that drives it says so. No facts.',
    driven_by_client:
      'A client drives it and says how it ends. Facts: `drivenBy`, `since`, `isStopping`, `requestedBy`.',
  },
  reasons: ({ state, isExternal, drivenBy, startedAt: since, stopRequestedBy: requestedBy }) => {
    if (drivenBy !== null) {
      const isStopping = state !== 'running';
      const asked = isStopping
        ? ` ${requestedBy ?? 'Somebody'} asked to stop it; that is over when the client says so.`
        : '';
      const message = `${drivenBy} drives it, begun at ${since?.toISOString() ?? 'no time yet'}.${asked}`;
      return [{ code: 'driven_by_client', message, facts: { drivenBy, since, isStopping, requestedBy } }];
    }
    if (state !== 'pending' || !isExternal) return [];
    const message = 'No worker takes it: it begins when the client that drives it says so.';
    return [{ code: 'waits_for_client', message, facts: {} }];
  },
};
