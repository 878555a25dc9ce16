import { describe, expect, it } from 'vitest';
import { OutputRecorder } from './output-recorder.js';

function recorder(maxBytes = 1000): { output: OutputRecorder; chunks: string[][] } {
  const chunks: string[][] = [];
  return { chunks, output: new OutputRecorder(maxBytes, (stream, text) => chunks.push([stream, text])) };
}

describe('the output of a run', () => {
  it('keeps a character whole that arrives in parts, on each stream by itself', () => {
    const { output, chunks } = recorder();
    output.write('stdout', Buffer.from([0xe2, 0x82]));
    output.write('stderr', Buffer.from([0xc3]));
    output.write('stdout', Buffer.from([0xac]));
    output.write('stderr', Buffer.from([0xa4]));
    expect(chunks).toEqual([
      ['stdout', '€'],
      ['stderr', 'ä'],
    ]);
  });

  it('gives out a character that never became whole at the end', () => {
    const { output, chunks } = recorder();
    output.write('stdout', Buffer.from([0x61, 0xe2]));
    output.end();
    expect(chunks).toEqual([
      ['stdout', 'a'],
      ['stdout', '\uFFFD'],
    ]);
  });

  it('stops exactly at its limit without splitting a character, and counts what it drops', () => {
    const { output, chunks } = recorder(5);
    output.writeText('log', 'abc€');
    output.write('stdout', Buffer.from('more'));
    output.end();
    expect(chunks).toEqual([
      ['log', 'abc'],
      ['log', 'The output limit of 5 bytes is reached; further output is dropped.\n'],
      ['log', '7 bytes of output were dropped.\n'],
    ]);
  });

  it('says nothing about a limit that is just reached', () => {
    const { output, chunks } = recorder(3);
    output.writeText('stdout', 'abc');
    output.end();
    expect(chunks).toEqual([['stdout', 'abc']]);
  });

  it('comes in pieces of at most 16 KiB', () => {
    const { output, chunks } = recorder(100_000);
    output.writeText('stdout', 'x'.repeat(40_000));
    expect(chunks.map(([, text]) => text?.length)).toEqual([16_384, 16_384, 7232]);
  });
});
