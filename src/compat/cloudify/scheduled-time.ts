/** The date of a scheduled start, `YYYYMMDDHHMM±HHMM`. Source: contract A3, `scheduled_time`. */
import { badParameters } from './cloudify-refusal.js';
import { told } from './json-type.js';

const FORM = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)([+-])(\d\d)(\d\d)$/;

/** The instant, which must be ahead of `nowMs`. Throws `bad_parameters_error`. */
export function scheduledTime(text: string, nowMs: number): Date {
  const [, year, month, day, hour, minute, sign, zoneHours, zoneMinutes] = FORM.exec(text) ?? [];
  const wall = new Date(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
  const isReal = !Number.isNaN(wall.getTime()) && wall.toISOString().startsWith(`${year}-${month}-${day}T${hour}`);
  const zoneMs = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000;
  if (!isReal || Number(zoneHours) > 14 || Number(zoneMinutes) > 59)
    throw badParameters(
      `scheduled_time must be a date of the form YYYYMMDDHHMM±HHMM, such as 203012312359+0100, not ${told(text)}.`,
    );
  const at = new Date(wall.getTime() - (sign === '-' ? -zoneMs : zoneMs));
  if (at.getTime() <= nowMs) throw badParameters(`scheduled_time is ${text}, which has passed.`);
  return at;
}
