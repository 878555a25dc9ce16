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

/** Whole definitions for "Try it out" of a PUT. */
export const JOB_REPLACEMENTS = {
  shell: {
    summary: 'Another command; all the rest gets its default',
    value: { name: 'Say hello', jobClass: 'shell', args: ['echo hello again from $CARILLON_JOB_NAME'] },
  },
  http: {
    summary: 'A call over HTTP, never two at once',
    value: { name: 'Ping', jobClass: 'http', args: ['https://example.org/'], overlapPolicy: 'skip', tags: ['ping'] },
  },
};

/** Changes of a job for "Try it out". */
export const JOB_CHANGES = {
  rules: {
    summary: 'Never two at once, at most a minute, three attempts',
    value: { overlapPolicy: 'skip', timeoutSeconds: 60, retry: { maxAttempts: 3 } },
  },
  arguments: { summary: 'Other arguments', value: { args: ['echo something else'] } },
  name: { summary: 'Another name', value: { name: 'Say good morning', description: 'In a friendly voice.' } },
};

/** Triggers for "Try it out" in Swagger UI. */
export const TRIGGER_EXAMPLES = {
  cron: {
    summary: 'Every five minutes in office hours',
    value: { kind: 'cron', expression: '*/5 8-18 * * mon-fri', timeZone: 'Europe/Berlin' },
  },
  interval: { summary: 'Every 90 seconds', value: { kind: 'interval', everySeconds: 90 } },
  date: { summary: 'Once', value: { kind: 'date', at: '2100-01-01T00:00:00Z' } },
  rrule: {
    summary: 'The last working day of each month',
    value: {
      kind: 'rrule',
      timeZone: 'Europe/Berlin',
      rrule: 'DTSTART:20260105T090000\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
    },
  },
};

/** Changes of a trigger for "Try it out". */
export const TRIGGER_CHANGES = {
  rule: { summary: 'Spread its runs, and end after a hundred', value: { jitterSeconds: 30, maxRuns: 100 } },
  schedule: {
    summary: 'Another schedule',
    value: { kind: 'cron', expression: '0 9 * * *', timeZone: 'Europe/Berlin' },
  },
};

/** Schedules for "Try it out" of the preview. */
export const PREVIEW_EXAMPLES = {
  cron: {
    summary: 'Through the night on which clocks are put forward',
    value: {
      ...{ kind: 'cron', expression: '30 2 * * *', timeZone: 'Europe/Berlin' },
      ...{ after: '2026-03-27T00:00:00Z', count: 3 },
    },
  },
  interval: { summary: 'Every 90 seconds', value: { kind: 'interval', everySeconds: 90 } },
  rrule: { ...TRIGGER_EXAMPLES.rrule, value: { ...TRIGGER_EXAMPLES.rrule.value, count: 12 } },
};
