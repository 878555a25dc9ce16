// Bytes that no HTTP client sends: requests whose ends can be read in two ways, cut off or run together.
import type { Dice } from './dice.js';
import type { HeaderLines } from './sender.js';

/** What goes over a connection of its own. */
export interface RawRequest {
  readonly what: string;
  readonly bytes: Buffer;
  /** More answers than this would mean that a part of one request was taken for another. */
  readonly mostAnswers: number;
  /** Tags that are made when it is taken as it is meant; where it is none nothing may be stored. */
  readonly makes: 0 | 1 | 2;
}

type Lines = readonly string[];

/** The server closes the connection after it. */
const LAST = 'Connection: close';

/** One of many shapes, of which only pipelining whole requests may store anything. `sender` may make tags. */
export function rawRequest(sender: HeaderLines, index: number, dice: Dice): RawRequest {
  const from = sender.map(([name, value]) => `${name}: ${value}`);
  const tag = (name: string): string => JSON.stringify({ name: `${name}-${index}` });
  const head = (method: string, lines: Lines, path = '/api/v2/tags'): string =>
    [`${method} ${path} HTTP/1.1`, 'Host: localhost', ...from, ...lines, '', ''].join('\r\n');
  const post = (lines: Lines, body: string): string =>
    head('POST', ['Content-Type: application/json', ...lines]) + body;
  const whole = (name: string, ...lines: Lines): string =>
    post([`Content-Length: ${tag(name).length}`, ...lines], tag(name));
  const hidden = whole('smuggled');
  const chunked = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
  const refused = (what: string, text: string, mostAnswers = 1): RawRequest => ({
    ...{ what, mostAnswers, makes: 0 },
    bytes: Buffer.from(text, 'latin1'),
  });
  const codings = [
    ...['chunked, identity', 'xchunked', 'chunked\x0b', 'x', 'chunked, chunked', 'CHUNKED;q=1', 'chunked,'],
  ];
  const lengths = ['+5', '-1', '5x', '0x5', '5, 6', '5,5', '1e1', '', '99999999999999999999', '5 5', '\x0b5'];
  const heads = [
    ...[
      'X : y',
      ' X: y',
      'X: a\r\n b',
      'X\x00: y',
      'X: a\x00b',
      'X: a\rb',
      ': y',
      'X y',
      'X: \x7f',
      'Host: evil.example',
      '\x01: y',
      `X: ${'a'.repeat(17_000)}`,
    ],
    ...[
      'Content-Length: 5\r\nContent-Length: 5',
      'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked',
      'Upgrade: h2c\r\nHTTP2-Settings: x',
      'Expect: 200-ok',
    ],
  ];
  const versions = [
    'HTTP/1.1\nX: y',
    'HTTP/0.9',
    'HTTP/2.0',
    'HTTP/1.1 ',
    'http/1.1',
    'HTTP/1.1\x00',
    '',
    'HTTP/11',
    'HTTP/1.',
  ];
  const targets = [
    '*',
    '//',
    'http://evil.example/api/v2/tags',
    'https://[::1',
    '/api/v2/tags#x',
    '?',
    '/\x00',
    '/\xff',
    '/%',
    'tags',
    '/a b',
    `/${'a'.repeat(16_300)}`,
    '\\',
    '/api\\v2\\tags',
  ];
  return dice.pick<() => RawRequest>([
    () =>
      refused(
        'a length and chunks',
        post([`Content-Length: ${chunked('{}').length}`, 'Transfer-Encoding: chunked'], chunked('{}') + hidden),
      ),
    () =>
      refused('chunks and a length', post(['Transfer-Encoding: chunked', 'Content-Length: 4'], `0\r\n\r\n${hidden}`)),
    () => refused('an odd coding', post([`Transfer-Encoding: ${dice.pick(codings)}`], `0\r\n\r\n${hidden}`), 2),
    () => refused('an odd length', post([`Content-Length: ${dice.pick(lengths)}`], `{}   ${hidden}`), 2),
    () =>
      refused(
        'two lengths',
        post(['Content-Length: 2', `Content-Length: ${dice.pick(['0', '3', '2 ', '-2'])}`], `{}${hidden}`),
      ),
    () => refused('an odd header', head(dice.pick(['GET', 'POST']), [dice.pick(heads), 'Connection: close']), 2),
    () =>
      refused(
        'an odd line of request',
        `${dice.pick(['GET', 'get', 'G\x00T', 'FROB', ''])} /api/v2/tags ${dice.pick(versions)}\r\nHost: x\r\n\r\n`,
      ),
    () => refused('an odd target', head('GET', ['Connection: close'], dice.pick(targets)), 2),
    () => refused('line feeds alone', whole('linefeeds').replaceAll('\r\n', dice.pick(['\n', '\r', '\n\r'])), 2),
    () =>
      refused(
        'an odd chunk',
        post(
          ['Transfer-Encoding: chunked'],
          `${dice.pick(['-2', '0x2', '2;a="', 'ffffffffffffffff1', '2\n', 'g', '', '2 2'])}\r\n{}\r\n0\r\n\r\n`,
        ),
        2,
      ),
    () =>
      refused(
        'a chunk that is longer than it says',
        post(['Transfer-Encoding: chunked'], `1\r\n${tag('chunk')}\r\n0\r\n\r\n`),
      ),
    () => refused('a body cut off', whole('cut').slice(0, -1 - dice.below(8))),
    () => refused('a head cut off', whole('cut').slice(0, 10 + dice.below(60))),
    () => refused('a body that goes on', post(['Content-Length: 3'], `{} ${tag('rest')}`), 2),
    () =>
      refused(
        'random bytes',
        String.fromCharCode(...Array.from({ length: 1 + dice.below(300) }, () => dice.below(256))),
      ),
    () =>
      refused(
        'the start of another protocol',
        dice.pick([
          'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
          '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
          'SSH-2.0-x\r\n',
          'EHLO x\r\n',
          '\x00\x00\x00\x08\x04\xd2\x16/',
        ]),
      ),
    () =>
      refused(
        'many headers',
        head(
          'GET',
          Array.from({ length: 3_000 }, (_, n) => `X-${n}: a`),
        ),
      ),
    () => ({
      what: 'whole requests run together',
      bytes: Buffer.from(whole('one') + head('GET', []) + whole('two', LAST)),
      mostAnswers: 3,
      makes: 2,
    }),
    () => ({
      what: 'a whole request, then nonsense',
      bytes: Buffer.from(`${whole('first')}${dice.pick(['NONSENSE\r\n\r\n', '\0\0\0', '{}\r\n\r\n'])}`),
      mostAnswers: 2,
      makes: 1,
    }),
    () => ({
      what: 'expecting to go on',
      bytes: Buffer.from(
        post(['Expect: 100-continue', LAST, `Content-Length: ${tag('expected').length}`], tag('expected')),
      ),
      mostAnswers: 1,
      makes: 1,
    }),
  ])();
}
