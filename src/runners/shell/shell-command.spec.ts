import { describe, expect, it } from 'vitest';
import { InvalidArguments } from '../invalid-arguments.js';
import { shellCommand } from './shell-command.js';

describe('a shell command', () => {
  it('is a command line when it has one argument, a program when it has more', () => {
    expect(shellCommand(['echo $HOME'], {}).task).toMatchObject({ file: '/bin/sh', argv: ['-c', 'echo $HOME'] });
    expect(shellCommand(['echo', 1, true], {}).task).toMatchObject({ file: 'echo', argv: ['1', 'true'] });
  });

  it('takes folder, variables and input', () => {
    expect(shellCommand(['x'], { cwd: '/tmp', env: { A: 'b' }, stdin: 'in' })).toMatchObject({
      task: { cwd: '/tmp', stdin: 'in' },
      environment: { A: 'b' },
    });
  });

  it.each([
    [[], {}, 'needs a command line'],
    [['  '], {}, 'needs a command line'],
    [[{ a: 1 }], {}, 'Argument 1 of shell must be a string, not {"a":1}'],
    [['a\0b'], {}, 'U+0000'],
    [['x'], { cwd: 'relative' }, 'absolute path, not "relative"'],
    [['x'], { stdin: 1 }, 'stdin of shell must be a string, not 1'],
    [['x'], { env: [] }, 'env of shell must be an object'],
    [['x'], { env: { A: 1 } }, 'A in env must be a string, not 1'],
    [['x'], { env: { 'A=B': '' } }, 'is not a name'],
    [['x'], { env: { CARILLON_ATTEMPT: '9' } }, 'reserved'],
    [['x'], { cdw: '/' }, 'no parameter "cdw"'],
  ])('refuses %j with %j', (args, parameters, message) => {
    expect(() => shellCommand(args, parameters)).toThrow(InvalidArguments);
    expect(() => shellCommand(args, parameters)).toThrow(message);
  });
});
