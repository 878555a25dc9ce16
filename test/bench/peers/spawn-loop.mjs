// The physical limit of shell jobs: spawn, read the output, wait for the end, nothing else.
import { spawn } from 'node:child_process';
import { serve, settings, timed } from './driver.mjs';

function runOnce() {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', settings.command], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 && output !== '' ? resolve() : reject(new Error(`exit code ${code}: ${output}`)),
    );
  });
}

serve({
  async shell({ count, atOnce }) {
    let left = count;
    const ms = await timed(() =>
      Promise.all(
        Array.from({ length: atOnce }, async () => {
          while (left-- > 0) {
            await runOnce();
            // Children respawned straight from `close` would starve everything else.
            await new Promise(setImmediate);
          }
        }),
      ),
    );
    return { ms };
  },
  close: () => undefined,
});
