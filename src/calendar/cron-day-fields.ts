/** The two day fields of a cron expression with their extensions `?`, `L`, `W` and `#`. */
import { readNumberItem, readValue, splitItems, type NumberField, type Refuse } from './cron-number-item.js';
import { noDays, type DayField } from './day-field.js';

const DAY_OF_MONTH: NumberField = { label: 'day of month', min: 1, max: 31, last: 31, names: [], wraps: false };
// 7 is Sunday again; an open start such as `2/2` ends on Saturday.
const DAY_OF_WEEK: NumberField = {
  label: 'day of week',
  min: 0,
  max: 7,
  last: 6,
  names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
  wraps: true,
};

/**
 * Numbers, and `L` (last day), `L-n` (n days before it, 1-30), `LW` (last Monday-to-Friday day), `nW` (the Monday-to-Friday
 * day nearest to the n-th, within the month). A month without such a day has none.
 */
export function readDayOfMonth(text: string, refuse: Refuse): DayField {
  const field = noDays();
  for (const item of splitItems(text === '?' ? '*' : text, refuse)) addDayOfMonth(field, item.toUpperCase(), refuse);
  return field;
}

function addDayOfMonth(field: DayField, item: string, refuse: Refuse): void {
  const back = /^L-(\d+)$/.exec(item)?.[1];
  const near = /^(\d+)W$/.exec(item)?.[1];
  if (item === 'L') field.fromLast |= 1;
  else if (item === 'LW') field.lastWorkday = true;
  else if (back !== undefined) {
    if (Number(back) < 1 || Number(back) > 30) refuse(`${back} in ${JSON.stringify(item)} is outside 1-30`);
    field.fromLast |= 1 << Number(back);
  } else if (near !== undefined) field.nearestWeekday |= 1 << (readValue(near, DAY_OF_MONTH, refuse) - 1);
  else for (const day of readNumberItem(item, DAY_OF_MONTH, refuse)) field.days |= 1 << (day - 1);
}

/**
 * Numbers (0 and 7 are Sunday) and names, and `5L` or `friL` (the last Friday of the month), `5#2` or `fri#2` (the second).
 */
export function readDayOfWeek(text: string, refuse: Refuse): DayField {
  const field = noDays();
  for (const item of splitItems(text === '?' ? '*' : text, refuse)) addDayOfWeek(field, item, refuse);
  return field;
}

function addDayOfWeek(field: DayField, item: string, refuse: Refuse): void {
  const last = /^(\w+)L$/i.exec(item)?.[1];
  const [, nthDay, nthText] = /^(\w+)#(\w+)$/.exec(item) ?? [];
  if (last !== undefined) field.lastOf |= weekdayBit(last, refuse);
  else if (nthDay !== undefined) {
    const bit = weekdayBit(nthDay, refuse);
    const nth = Number(nthText);
    if (!(nth >= 1 && nth <= 5 && Number.isInteger(nth))) {
      refuse(`${String(nthText)} in ${JSON.stringify(item)} is outside 1-5`);
    }
    field.nth[nth - 1] = (field.nth[nth - 1] ?? 0) | bit;
  } else if (/^L$/i.test(item)) refuse('"L" needs a weekday in front, such as 5L for the last Friday');
  else for (const weekday of readNumberItem(item, DAY_OF_WEEK, refuse)) field.weekdays |= 1 << weekday;
}

function weekdayBit(text: string, refuse: Refuse): number {
  return 1 << (readValue(text, DAY_OF_WEEK, refuse) % 7);
}
