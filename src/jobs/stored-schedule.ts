import { compileSchedule, type Schedule, type ScheduleOptions, type ScheduleSpec } from '../calendar/schedule.js';
import type { StoredSpec, Trigger, TriggerKind } from './trigger.entity.js';

/** The columns of a trigger that determine its instants. */
export type ScheduleColumns = Pick<
  Trigger,
  'kind' | 'spec' | 'timeZone' | 'startAt' | 'endAt' | 'dstGap' | 'dstOverlap'
>;

/** What `calendar/` wants, from what the table stores. */
export function scheduleSpec(kind: TriggerKind, spec: StoredSpec): ScheduleSpec {
  switch (kind) {
    case 'cron':
      return 'fields' in spec
        ? { kind, fields: spec.fields }
        : { kind, expression: (spec as { expression: string }).expression };
    case 'interval': {
      const { everyMs, anchorAt } = spec as { everyMs: number; anchorAt: string };
      return { kind, everyMs, anchorAtMs: Date.parse(anchorAt) };
    }
    case 'date':
      return { kind, atMs: Date.parse((spec as { at: string }).at) };
  }
}

/** Compiles a stored trigger. Throws `invalid_input` as `compileSchedule` does. */
export function compileStored(columns: ScheduleColumns): Schedule {
  const options: ScheduleOptions = {
    timeZone: columns.timeZone,
    startAtMs: columns.startAt?.getTime() ?? null,
    endAtMs: columns.endAt?.getTime() ?? null,
    dstGap: columns.dstGap,
    dstOverlap: columns.dstOverlap,
  };
  return compileSchedule(scheduleSpec(columns.kind, columns.spec), options);
}

/** Two triggers with equal keys have the same instants. */
export function scheduleKey(columns: ScheduleColumns): string {
  return JSON.stringify([
    columns.kind,
    columns.spec,
    columns.timeZone,
    columns.startAt,
    columns.endAt,
    columns.dstGap,
    columns.dstOverlap,
  ]);
}
