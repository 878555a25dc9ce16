import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { StartQueue } from './start-queue.js';

function job(name: string, began: string[]): { begin: () => void } {
  return { begin: () => void began.push(name) };
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await nextTurn();
}

describe('the start queue', () => {
  it('starts in order, one in each turn of the event loop', async () => {
    const began: string[] = [];
    const queue = new StartQueue(10);
    for (const name of ['a', 'b', 'c']) queue.add(job(name, began));
    expect(began).toEqual([]);
    await turns(1);
    expect(began).toEqual(['a']);
    await turns(5);
    expect(began).toEqual(['a', 'b', 'c']);
  });

  it('lets no more begin than allowed until one is over', async () => {
    const began: string[] = [];
    const queue = new StartQueue(2);
    for (const name of ['a', 'b', 'c']) queue.add(job(name, began));
    await turns(6);
    expect(began).toEqual(['a', 'b']);
    queue.release();
    await turns(3);
    expect(began).toEqual(['a', 'b', 'c']);
  });

  it('forgets what is taken out before it began, and only that', async () => {
    const began: string[] = [];
    const queue = new StartQueue(1);
    const [first, second] = [job('a', began), job('b', began)];
    queue.add(first);
    queue.add(second);
    await turns(3);
    expect(queue.remove(first)).toBe(false);
    expect(queue.remove(second)).toBe(true);
    queue.release();
    await turns(3);
    expect(began).toEqual(['a']);
  });
});
