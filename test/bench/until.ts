import { setTimeout as wait } from 'node:timers/promises';

/** Looks every `everyMs` until `isTrue` says so. Throws, naming `what`, after `deadlineMs`. */
export async function untilTrue(
  what: string,
  isTrue: () => Promise<boolean>,
  everyMs: number,
  deadlineMs: number,
): Promise<void> {
  const beganMs = performance.now();
  while (!(await isTrue())) {
    if (performance.now() - beganMs > deadlineMs) throw new Error(`Waited ${deadlineMs} ms in vain until ${what}.`);
    await wait(everyMs);
  }
}
