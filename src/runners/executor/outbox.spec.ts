import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ExecutorEvent, OutputMessage } from './executor-protocol.js';
import { Outbox } from './outbox.js';

const output = (text: string, given: Partial<OutputMessage> = {}): OutputMessage => ({
  kind: 'output',
  run: 1,
  stream: 'stdout',
  text,
  atMs: 1,
  ...given,
});

function outbox(): { box: Outbox; sent: ExecutorEvent[][]; written: (() => void)[] } {
  const sent: ExecutorEvent[][] = [];
  const written: (() => void)[] = [];
  return { sent, written, box: new Outbox((batch, done) => void (sent.push(batch), written.push(done))) };
}

describe('the outbox', () => {
  it('sends what happens in one turn as one batch, and one batch at a time', async () => {
    const { box, sent, written } = outbox();
    box.add({ kind: 'started', run: 1, pid: 7, atMs: 1 });
    box.add({ kind: 'started', run: 2, pid: 8, atMs: 1 });
    await nextTurn();
    box.add({ kind: 'started', run: 3, pid: 9, atMs: 2 });
    await nextTurn();
    expect(sent.map((batch) => batch.map((event) => event.run))).toEqual([[1, 2]]);
    written[0]?.();
    expect(sent.map((batch) => batch.map((event) => event.run))).toEqual([[1, 2], [3]]);
  });

  it('joins neighbouring output of one stream only, and never past 16 KiB', async () => {
    const { box, sent } = outbox();
    for (const event of [
      output('a'),
      output('b'),
      output('c', { stream: 'stderr' }),
      output('d', { run: 2, stream: 'stderr' }),
    ]) {
      box.add(event);
    }
    box.add(output('x'.repeat(16_000), { run: 2, stream: 'stderr' }));
    await nextTurn();
    expect(sent[0]).toEqual([
      output('ab'),
      output('c', { stream: 'stderr' }),
      output('d', { run: 2, stream: 'stderr' }),
      output('x'.repeat(16_000), { run: 2, stream: 'stderr' }),
    ]);
  });

  it('keeps the latest percentage and message of reports that follow each other', async () => {
    const { box, sent } = outbox();
    box.add({ kind: 'progress', run: 1, percent: 10, message: 'begun', atMs: 1 });
    box.add({ kind: 'progress', run: 1, percent: 20, message: null, atMs: 2 });
    await nextTurn();
    expect(sent).toEqual([[{ kind: 'progress', run: 1, percent: 20, message: 'begun', atMs: 2 }]]);
  });
});
