import { expect, it } from 'vitest';
import { readCommand } from './command-line.js';

it.each([
  [[], { kind: 'serve' }],
  [['--help'], { kind: 'help' }],
  [['-h'], { kind: 'help' }],
  [['--version', '--help'], { kind: 'help' }],
  [['-v'], { kind: 'version' }],
  [['--port=1'], { kind: 'unknown', argument: '--port=1' }],
  [['--help', 'x'], { kind: 'unknown', argument: 'x' }],
])('reads %j', (args, command) => {
  expect(readCommand(args)).toEqual(command);
});
