/** Between instants and what a clock on the wall of a zone shows, as the original sees it. Pure. */
import { zoneRules } from '../../calendar/zone-rules.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Zones whose offset is no whole number of hours and, at present, never changes. */
const ODD_ZONES = [
  ...['Asia/Kolkata', 'Asia/Kathmandu', 'Asia/Kabul', 'Asia/Yangon', 'Asia/Tehran', 'Australia/Darwin'],
  ...['Australia/Eucla', 'Pacific/Marquesas'],
];

/** What the clock of the zone shows at an instant, as if it were UTC, in ms. */
export function wallClock(atMs: number, timeZone: string): number {
  return atMs + zoneRules(timeZone).offsetAt(atMs);
}

/**
 * The instant at which the clock of the zone shows `wallMs`. What it shows twice is the second time, what it skips is counted on from
 * before the gap: standard time in both cases, as pytz's `localize` has it, through which the original sends its dates.
 */
export function instantOfWall(wallMs: number, timeZone: string): number {
  const rules = zoneRules(timeZone);
  const before = rules.offsetAt(wallMs - DAY_MS);
  const after = rules.offsetAt(wallMs + DAY_MS);
  const shown = [wallMs - before, wallMs - after].filter((atMs) => atMs + rules.offsetAt(atMs) === wallMs);
  return shown.length === 0 ? wallMs - before : Math.max(...shown);
}

/** A zone whose clock is ahead of UTC by `offsetMs` at the instant: the zone is stored, offsets are not. UTC when there is none. */
export function zoneOfOffset(offsetMs: number, atMs: number): string {
  const hours = offsetMs / HOUR_MS;
  const whole = Number.isInteger(hours) && hours !== 0 && hours >= -12 && hours <= 14;
  const candidates = whole ? [`Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`] : ODD_ZONES;
  return candidates.find((zone) => zoneRules(zone).offsetAt(atMs) === offsetMs) ?? 'UTC';
}

/**
 * Python's `strftime('%Y-%m-%dT%H:%M:%s')` on a machine that runs in UTC: after the minutes comes the epoch of the wall clock, not its
 * seconds. Read again as a date it loses them (contract, 2.2).
 */
export function oddFormat(wallMs: number): string {
  return `${new Date(wallMs).toISOString().slice(0, 17)}${Math.floor(wallMs / 1000)}`;
}

/** A date and time as the original's database prints it: `2027-10-23 19:19:30.000000`. */
export function databaseFormat(wallMs: number): string {
  return `${new Date(wallMs).toISOString().slice(0, -1).replace('T', ' ')}000`;
}
