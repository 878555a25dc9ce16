// Every example of RFC 5545, section 3.8.5.3, as the RFC prints it (its times are those of New York), with the searches that
// Carillon makes: one instant at a time.
import { describe, expect, it } from 'vitest';
import { compileSchedule } from './schedule.js';

/** `1997-09: 2 4-6` are days, each at 09:00 unless `@ …` lists the times of each of them. */
type Example = [name: string, text: string, days: string, endsThere?: 'endless'];

const EXAMPLES: Example[] = [
  ['daily for 10 occurrences', '19970902|FREQ=DAILY;COUNT=10', '1997-09: 2-11'],
  [
    'daily until December 24',
    '19970902|FREQ=DAILY;UNTIL=19971224T000000Z',
    '1997-09: 2-30; 1997-10: 1-31; 1997-11: 1-30; 1997-12: 1-23',
  ],
  [
    'every other day',
    '19970902|FREQ=DAILY;INTERVAL=2',
    '1997-09: 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30; 1997-10: 2 4 6',
    'endless',
  ],
  ['every 10 days, 5 occurrences', '19970902|FREQ=DAILY;INTERVAL=10;COUNT=5', '1997-09: 2 12 22; 1997-10: 2 12'],
  [
    'every day in January, yearly',
    '19980101|FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA',
    '1998-01: 1-31; 1999-01: 1-31; 2000-01: 1-31',
  ],
  [
    'every day in January, daily',
    '19980101|FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1',
    '1998-01: 1-31; 1999-01: 1-31; 2000-01: 1-31',
  ],
  [
    'weekly for 10 occurrences',
    '19970902|FREQ=WEEKLY;COUNT=10',
    '1997-09: 2 9 16 23 30; 1997-10: 7 14 21 28; 1997-11: 4',
  ],
  [
    'weekly until December 24',
    '19970902|FREQ=WEEKLY;UNTIL=19971224T000000Z',
    '1997-09: 2 9 16 23 30; 1997-10: 7 14 21 28; 1997-11: 4 11 18 25; 1997-12: 2 9 16 23',
  ],
  [
    'every other week',
    '19970902|FREQ=WEEKLY;INTERVAL=2;WKST=SU',
    '1997-09: 2 16 30; 1997-10: 14 28; 1997-11: 11 25; 1997-12: 9 23; 1998-01: 6 20; 1998-02: 3 17',
    'endless',
  ],
  [
    'Tuesday and Thursday for five weeks, until',
    '19970902|FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH',
    '1997-09: 2 4 9 11 16 18 23 25 30; 1997-10: 2',
  ],
  [
    'Tuesday and Thursday for five weeks, counted',
    '19970902|FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH',
    '1997-09: 2 4 9 11 16 18 23 25 30; 1997-10: 2',
  ],
  [
    'every other week on Monday, Wednesday, Friday',
    '19970901|FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR',
    '1997-09: 1 3 5 15 17 19 29; 1997-10: 1 3 13 15 17 27 29 31; 1997-11: 10 12 14 24 26 28; 1997-12: 8 10 12 22',
  ],
  [
    'every other week on Tuesday and Thursday, 8 occurrences',
    '19970902|FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH',
    '1997-09: 2 4 16 18 30; 1997-10: 2 14 16',
  ],
  [
    'the first Friday for 10 occurrences',
    '19970905|FREQ=MONTHLY;COUNT=10;BYDAY=1FR',
    '1997-09: 5; 1997-10: 3; 1997-11: 7; 1997-12: 5; 1998-01: 2; 1998-02: 6; 1998-03: 6; 1998-04: 3; 1998-05: 1; 1998-06: 5',
  ],
  [
    'the first Friday until December 24',
    '19970905|FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR',
    '1997-09: 5; 1997-10: 3; 1997-11: 7; 1997-12: 5',
  ],
  [
    'first and last Sunday of every other month',
    '19970907|FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU',
    '1997-09: 7 28; 1997-11: 2 30; 1998-01: 4 25; 1998-03: 1 29; 1998-05: 3 31',
  ],
  [
    'second-to-last Monday for 6 months',
    '19970922|FREQ=MONTHLY;COUNT=6;BYDAY=-2MO',
    '1997-09: 22; 1997-10: 20; 1997-11: 17; 1997-12: 22; 1998-01: 19; 1998-02: 16',
  ],
  [
    'third-to-the-last day of the month',
    '19970928|FREQ=MONTHLY;BYMONTHDAY=-3',
    '1997-09: 28; 1997-10: 29; 1997-11: 28; 1997-12: 29; 1998-01: 29; 1998-02: 26',
    'endless',
  ],
  [
    'the 2nd and 15th for 10 occurrences',
    '19970902|FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15',
    '1997-09: 2 15; 1997-10: 2 15; 1997-11: 2 15; 1997-12: 2 15; 1998-01: 2 15',
  ],
  [
    'first and last day of the month for 10 occurrences',
    '19970930|FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1',
    '1997-09: 30; 1997-10: 1 31; 1997-11: 1 30; 1997-12: 1 31; 1998-01: 1 31; 1998-02: 1',
  ],
  [
    'every 18 months on the 10th to 15th',
    '19970910|FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15',
    '1997-09: 10-15; 1999-03: 10-13',
  ],
  [
    'every Tuesday of every other month',
    '19970902|FREQ=MONTHLY;INTERVAL=2;BYDAY=TU',
    '1997-09: 2 9 16 23 30; 1997-11: 4 11 18 25; 1998-01: 6 13 20 27; 1998-03: 3 10 17 24 31',
    'endless',
  ],
  [
    'June and July for 10 occurrences',
    '19970610|FREQ=YEARLY;COUNT=10;BYMONTH=6,7',
    '1997-06: 10; 1997-07: 10; 1998-06: 10; 1998-07: 10; 1999-06: 10; 1999-07: 10; 2000-06: 10; 2000-07: 10; 2001-06: 10; 2001-07: 10',
  ],
  [
    'every other year in January, February, March',
    '19970310|FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3',
    '1997-03: 10; 1999-01: 10; 1999-02: 10; 1999-03: 10; 2001-01: 10; 2001-02: 10; 2001-03: 10; 2003-01: 10; 2003-02: 10; 2003-03: 10',
  ],
  [
    'every third year on the 1st, 100th and 200th day',
    '19970101|FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200',
    '1997-01: 1; 1997-04: 10; 1997-07: 19; 2000-01: 1; 2000-04: 9; 2000-07: 18; 2003-01: 1; 2003-04: 10; 2003-07: 19; 2006-01: 1',
  ],
  [
    'every 20th Monday of the year',
    '19970519|FREQ=YEARLY;BYDAY=20MO',
    '1997-05: 19; 1998-05: 18; 1999-05: 17',
    'endless',
  ],
  [
    'Monday of week number 20',
    '19970512|FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO',
    '1997-05: 12; 1998-05: 11; 1999-05: 17',
    'endless',
  ],
  [
    'every Thursday in March',
    '19970313|FREQ=YEARLY;BYMONTH=3;BYDAY=TH',
    '1997-03: 13 20 27; 1998-03: 5 12 19 26; 1999-03: 4 11 18 25',
    'endless',
  ],
  [
    'every Thursday from June to August',
    '19970605|FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8',
    '1997-06: 5 12 19 26; 1997-07: 3 10 17 24 31; 1997-08: 7 14 21 28; 1998-06: 4 11 18 25; 1998-07: 2 9 16 23 30; 1998-08: 6 13 20 27; 1999-06: 3 10 17 24; 1999-07: 1 8 15 22 29; 1999-08: 5 12 19 26',
    'endless',
  ],
  [
    'every Friday the 13th',
    '19970902|FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13\nEXDATE;TZID=America/New_York:19970902T090000',
    '1998-02: 13; 1998-03: 13; 1998-11: 13; 1999-08: 13; 2000-10: 13',
    'endless',
  ],
  [
    'the Saturday after the first Sunday',
    '19970913|FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13',
    '1997-09: 13; 1997-10: 11; 1997-11: 8; 1997-12: 13; 1998-01: 10; 1998-02: 7; 1998-03: 7; 1998-04: 11; 1998-05: 9; 1998-06: 13',
    'endless',
  ],
  [
    'US presidential election day',
    '19961105|FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8',
    '1996-11: 5; 2000-11: 7; 2004-11: 2',
    'endless',
  ],
  [
    'the third Tuesday, Wednesday or Thursday',
    '19970904|FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3',
    '1997-09: 4; 1997-10: 7; 1997-11: 6',
  ],
  [
    'the second-to-last weekday',
    '19970929|FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2',
    '1997-09: 29; 1997-10: 30; 1997-11: 27; 1997-12: 30; 1998-01: 29; 1998-02: 26; 1998-03: 30',
    'endless',
  ],
  // The RFC writes UNTIL=19970902T170000Z and means 5 p.m. in New York, which is 21:00 UTC (its erratum 3883).
  [
    'every 3 hours from 9 to 5',
    '19970902|FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z',
    '1997-09: 2 @ 9:00 12:00 15:00',
  ],
  [
    'every 15 minutes for 6 occurrences',
    '19970902|FREQ=MINUTELY;INTERVAL=15;COUNT=6',
    '1997-09: 2 @ 9:00 9:15 9:30 9:45 10:00 10:15',
  ],
  [
    'every hour and a half for 4 occurrences',
    '19970902|FREQ=MINUTELY;INTERVAL=90;COUNT=4',
    '1997-09: 2 @ 9:00 10:30 12:00 13:30',
  ],
  ...([
    'FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40',
    'FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16',
  ].map((rule) => [
    `every 20 minutes from 9:00 to 16:40 every day, ${rule.slice(5, 10)}`,
    `19970902|${rule}`,
    `1997-09: 2-4 @ ${[9, 10, 11, 12, 13, 14, 15, 16].map((hour) => `${hour}:00 ${hour}:20 ${hour}:40`).join(' ')}`,
    'endless',
  ]) as Example[]),
  ['weeks that start on Monday', '19970805|FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO', '1997-08: 5 10 19 24'],
  ['weeks that start on Sunday', '19970805|FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU', '1997-08: 5 17 19 31'],
  [
    'a date that does not exist is ignored',
    '20070115|FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5',
    '2007-01: 15 30; 2007-02: 15; 2007-03: 15 30',
  ],
];

/** `YYYY-MM-DD HH:MM` of every time in the notation above. */
function timesOf(days: string): string[] {
  return days.split('; ').flatMap((group) => {
    const [, month = '', list = '', times = '9:00'] = /^(\d{4}-\d\d): ([\d -]+?)(?: @ (.+))?$/.exec(group) ?? [];
    const numbers = list.split(' ').flatMap((part) => {
      const [from = 0, to = from] = part.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, i) => from + i);
    });
    return numbers.flatMap((day) =>
      times.split(' ').map((time) => `${month}-${String(day).padStart(2, '0')} ${time.padStart(5, '0')}`),
    );
  });
}

const NEW_YORK = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'America/New_York',
  dateStyle: 'short',
  timeStyle: 'short',
});

describe('RFC 5545, 3.8.5.3:', () => {
  it.each(EXAMPLES)('%s', (_name, text, days, endless) => {
    const [start = '', rule = ''] = text.split('|');
    const schedule = compileSchedule(
      { kind: 'rrule', text: `DTSTART;TZID=America/New_York:${start}T090000\nRRULE:${rule}` },
      { timeZone: 'America/New_York' },
    );
    const wanted = timesOf(days);
    const found: string[] = [];
    let atMs: number | null = Date.UTC(1990, 0, 1);
    while (found.length < wanted.length && (atMs = schedule.next(atMs)) !== null) found.push(NEW_YORK.format(atMs));
    expect(found).toEqual(wanted);
    if (endless === undefined) expect(atMs === null ? null : schedule.next(atMs)).toBeNull();
    else expect(schedule.next(Date.UTC(2026, 0, 1))).not.toBeNull();
  });
});
