/** Bodies for "Try it out" in Swagger UI; each works as it stands. */
export const JOB_EXAMPLES = {
  shell: {
    summary: 'A shell command every ten seconds',
    value: {
      name: 'Say hello',
      jobClass: 'shell',
      args: ['echo hello from $CARILLON_JOB_NAME'],
      triggers: [{ kind: 'interval', everySeconds: 10 }],
    },
  },
  cron: {
    summary: 'Weekdays at 8 in Berlin, never two at once',
    value: {
      name: 'Morning report',
      jobClass: 'shell',
      args: ['date'],
      overlapPolicy: 'skip',
      timeoutSeconds: 600,
      retry: { maxAttempts: 3, initialDelaySeconds: 10 },
      tags: ['reports'],
      triggers: [{ kind: 'cron', expression: '0 8 * * mon-fri', timeZone: 'Europe/Berlin' }],
    },
  },
  date: {
    summary: 'Once, at a given instant',
    value: { name: 'New year', jobClass: 'noop', triggers: [{ kind: 'date', at: '2100-01-01T00:00:00Z' }] },
  },
  manual: { summary: 'No trigger: run by hand', value: { name: 'On demand', jobClass: 'shell', args: ['uptime'] } },
};

/** Triggers for "Try it out" in Swagger UI. */
export const TRIGGER_EXAMPLES = {
  cron: {
    summary: 'Every five minutes in office hours',
    value: { kind: 'cron', expression: '*/5 8-18 * * mon-fri', timeZone: 'Europe/Berlin' },
  },
  interval: { summary: 'Every 90 seconds', value: { kind: 'interval', everySeconds: 90 } },
  date: { summary: 'Once', value: { kind: 'date', at: '2100-01-01T00:00:00Z' } },
};
