// Setup file of every test file: fails it if, after its last hook, something still keeps its process busy that was not there
// before: a timer, a connection, a server, a child process.
import { afterAll } from 'vitest';
import { until } from './until.js';

const WATCHED = new Set([
  'Timeout',
  'Immediate',
  'TCPSocketWrap',
  'TCPServerWrap',
  'PipeServerWrap',
  'ProcessWrap',
  'ChildProcess',
  'UDPWrap',
  'Worker',
]);

const before = countResources();

// Registered first, so by vitest's stack order it runs after the hooks of the test file.
afterAll(async () => {
  await until('nothing that the tests started is left running', () => leaks().length === 0, 2_000).catch(() => {
    throw new Error(`The tests of this file leaked: ${leaks().join(', ')}. Close what they open.`);
  });
});

function countResources(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (WATCHED.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

function leaks(): string[] {
  return [...countResources()]
    .map(([kind, count]) => [kind, count - (before.get(kind) ?? 0)] as const)
    .flatMap(([kind, more]) => (more > 0 ? [`${more} ${kind}`] : []));
}
