// Loaded into a server under test (`NODE_OPTIONS=--import=…`): on SIGUSR2 it collects its garbage and says on stderr what is left.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

process.on('SIGUSR2', () => {
  collect();
  collect();
  const { heapUsed, rss } = process.memoryUsage();
  process.stderr.write(`memory: heapUsed=${heapUsed} rss=${rss}\n`);
});
