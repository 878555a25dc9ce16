// Values that have broken servers, for every place that takes JSON or text.
import type { Dice } from './dice.js';

/** Texts of all kinds that somebody may take for something else. None of them does harm if a shell gets to run it. */
export const HOSTILE_TEXTS: readonly string[] = [
  ...[
    '',
    ' ',
    '\t\n',
    '\0',
    'a\0b',
    '\ud800',
    'a\udc00b',
    '\ufeff',
    '\u202edesrever',
    'e\u0301',
    '\u{1f469}\u200d\u{1f680}',
    '\uffff',
  ],
  ...[
    'null',
    'undefined',
    'true',
    'NaN',
    'Infinity',
    '-Infinity',
    '1e999',
    '0x10',
    '1_000',
    '-0',
    '٣',
    '1,5',
    '0.1',
    '1e3',
    '00',
  ],
  ...['9223372036854775807', '9223372036854775808', '-9223372036854775809', '2147483648', '9'.repeat(400)],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype', 'length', 'then'],
  ...[
    `' OR 1=1 --`,
    `'; SELECT 1; --`,
    '$1',
    ':name',
    '%s%n',
    '%',
    '_',
    '\\',
    '{0}',
    '#{1+1}',
    ['$', '{7*7}'].join(''),
    '{{7*7}}',
  ],
  ...[
    '../../etc/passwd',
    '..\\..',
    'file:///etc/passwd',
    '//evil.example',
    'http://[::1',
    'javascript:0',
    '<script>x</script>',
  ],
  ...[
    '\r\nSet-Cookie: a=b',
    'a\r\n\r\nb',
    '(a+)+$',
    '[',
    '*',
    '?',
    '(?=',
    'a'.repeat(70),
    'x'.repeat(300),
    'é'.repeat(2_001),
    'y'.repeat(66_000),
  ],
  // Instants
  ...[
    '0000-00-00T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '-000001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '+010000-01-01T00:00:00Z',
  ],
  ...[
    '+275760-09-13T00:00:00.001Z',
    '-271821-04-20T00:00:00Z',
    '294277-01-01T00:00:00Z',
    '2026-02-30T00:00:00Z',
    '2026-13-01',
    '2026-11-22T24:00:00Z',
  ],
  ...[
    '2026-11-22T08:00:60Z',
    '2026-11-22T08:00:00+99:99',
    '2026-11-22T08:00:00.123456789Z',
    '2026-11-22 08:00',
    'infinity',
    '-infinity',
    'now',
    'epoch',
    '20261122',
  ],
  // Schedules and zones
  ...[
    '* * * * * * *',
    '*/0 * * * *',
    '99 * * * *',
    '0 0 31 2 *',
    '0 0 30 2 *',
    '@every 1s',
    '@reboot',
    '5-1 * * * *',
    '* * L * *',
    '0 0 1-31/99999999999 * *',
    ',',
  ],
  ...[
    '1,'.repeat(5_000),
    '* * * * 8',
    '0 0 29 2 1#5',
    'FREQ=SECONDLY',
    'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=DAILY;COUNT=999999999999',
  ],
  ...[
    'DTSTART:99991231T235959\nRRULE:FREQ=YEARLY',
    'DTSTART:00010101T000000\nRRULE:FREQ=SECONDLY;INTERVAL=99999999',
    'RRULE:FREQ=DAILY;BYSETPOS=-366',
  ],
  ...[
    'DTSTART:20260101T000000\nRRULE:FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO;BYHOUR=25',
    'EXDATE:x',
    'Etc/GMT+99',
    'Europe/../UTC',
    'utc',
    '+25:00',
    'Europe/Berlin\0',
  ],
  // Ids
  ...[
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    '{0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e}',
    'urn:uuid:0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2e',
  ],
  ...[
    '0198f2c05f1c7d2e9c1a3b5d7f9a1c2e',
    '0198F2C0-5F1C-7D2E-9C1A-3B5D7F9A1C2E',
    '0198f2c0-5f1c-7d2e-9c1a-3b5d7f9a1c2',
    '-1',
    '0',
    '1',
    '1.5',
  ],
  // Names of built-in classes of other systems
  ...[
    'terminate_ec2_instance:TerminateEC2Instance',
    'run_script:RunScript',
    'os:system',
    'simple_scheduler.jobs.sample_job.AwesomeJob',
    'a..b',
    '.a',
    'user:*',
  ],
];

const HOSTILE_NUMBERS: readonly number[] = [
  ...[
    -1,
    0,
    -0,
    1,
    0.1,
    -0.5,
    1e-320,
    255,
    256,
    32_767,
    32_768,
    65_535,
    65_536,
    86_400,
    1_000_001,
    2 ** 31 - 1,
    2 ** 31,
    -(2 ** 31) - 1,
  ],
  ...[
    2 ** 32,
    2 ** 53 - 1,
    2 ** 53,
    2 ** 63,
    -(2 ** 63),
    1e21,
    1e100,
    1.7976931348623157e308,
    -1e308,
    8.64e15,
    8.64e15 + 1,
    253402300800000,
  ],
];

/** Any value whatever that JSON can hold. */
export function hostileValue(dice: Dice): unknown {
  switch (dice.below(12)) {
    case 0:
      return null;
    case 1:
      return dice.chance(0.5);
    case 2:
    case 3:
    case 4:
      return dice.pick(HOSTILE_NUMBERS);
    case 5:
      return dice.pick<unknown>([[], [[]], [null], [1, 'a', {}], Array.from({ length: 3_000 }, (_, n) => n)]);
    case 6:
      return dice.pick<unknown>([
        {},
        { length: 1e9 },
        { toString: 1 },
        { then: 'x' },
        { $ref: '#' },
        { valueOf: null, a: { b: [] } },
      ]);
    case 7:
      return nested(dice.pick([5, 60, 900, 3_000]), dice.chance(0.5));
    default:
      return dice.pick(HOSTILE_TEXTS);
  }
}

function nested(depth: number, inArrays: boolean): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level++) value = inArrays ? [value] : { a: value };
  return value;
}
