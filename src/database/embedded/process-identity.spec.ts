import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { holderOf, nameHolder } from './holder.js';
import { inspectProcess, isAlive, ownIdentity } from './process-identity.js';

describe('a process identity', () => {
  it('is alive while the process runs and dead after it', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume(); console.log(1)'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await once(child.stdout, 'data');
    const identity = await inspectProcess(child.pid ?? 0);
    expect(identity?.command).toContain('process.stdin.resume()');
    expect(identity !== undefined && (await isAlive(identity))).toBe(true);
    child.stdin.end();
    await once(child, 'close');
    expect(identity !== undefined && (await isAlive(identity))).toBe(false);
  });

  it('is not taken for a later process with the same pid', async () => {
    const own = await ownIdentity();
    expect(await isAlive(own)).toBe(true);
    expect(await isAlive({ ...own, born: `${own.born}1` })).toBe(false);
  });

  it.each([0, -1, 1.5, NaN, 2 ** 22 + 1])('does not exist for pid %s', async (pid) => {
    expect(await inspectProcess(pid)).toBeUndefined();
  });

  it('survives being written down', async () => {
    const own = await ownIdentity();
    expect(holderOf(nameHolder(own))).toEqual(own);
    expect(holderOf('released')).toBeUndefined();
    expect(holderOf('')).toBeUndefined();
  });
});
