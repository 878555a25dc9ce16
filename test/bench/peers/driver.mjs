// The process of one competitor. The harness (../peer-process.ts) starts it, sends orders over IPC one at a time and gets figures back. Plain
// JavaScript, because the packages and their types are there only after `npm --prefix test/bench install`.

/** Arguments of this process: `url` of its own database, `redisUrl`, and `variant`. */
export const settings = JSON.parse(process.argv[2] ?? '{}');

/** Answers orders with what `methods` return, until the harness lets go. `close` is one of them. */
export function serve(methods) {
  process.on('message', async ({ order, args }) => {
    try {
      process.send({ result: (await methods[order]?.(args)) ?? null });
    } catch (error) {
      process.send({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
    if (order === 'close') process.exit(0);
  });
  process.send({ result: { orders: Object.keys(methods) } });
}

/** Milliseconds that `work` took. */
export async function timed(work) {
  const beganMs = performance.now();
  await work();
  return performance.now() - beganMs;
}

/** A promise that is kept when `hit` was called `count` times. */
export function countdown(count) {
  let left = count;
  let resolve;
  const done = new Promise((r) => (resolve = r));
  const hit = (by = 1) => {
    left -= by;
    if (left <= 0) resolve();
  };
  return { done, hit };
}

/** Waits until `isTrue` says so, looking every 5 ms. */
export async function settled(isTrue) {
  while (!(await isTrue())) await pause(5);
}

/** Lets `ms` go by. */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs `work` in `width` loops for `seconds`; how often, and in how many milliseconds. */
export async function loops({ connections, seconds }, work) {
  const beganMs = performance.now();
  let count = 0;
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() - beganMs < seconds * 1000) {
        await work();
        count++;
      }
    }),
  );
  return { count, ms: performance.now() - beganMs };
}

/** `total` split into slices of at most `size`. */
export function slices(total, size) {
  return Array.from({ length: Math.ceil(total / size) }, (_, i) => Math.min(size, total - i * size));
}

/**
 * Single jobs on an idle worker: from before the call that adds one until its handler starts, in milliseconds. `add` gets a number that the
 * handler must give to `started`. A pause of 20 to 40 ms lies between two, so that none meets the worker in the same phase.
 */
export function pickup() {
  const waiting = new Map();
  return {
    started: (n) => waiting.get(n)?.(performance.now()),
    async measure({ samples, seconds }, add) {
      const list = [];
      const untilMs = performance.now() + seconds * 1000;
      for (let n = 0; n < samples && (n < 3 || performance.now() < untilMs); n++) {
        const handled = new Promise((resolve) => waiting.set(n, resolve));
        const beganMs = performance.now();
        await add(n);
        list.push((await handled) - beganMs);
        waiting.delete(n);
        await pause(20 + Math.random() * 20);
      }
      return { list };
    },
  };
}
