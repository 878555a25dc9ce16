import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage<true>();

/**
 * Runs `work` so that its statements act as the login role, which owns the tables and sees every tenant. Only `SystemDatabase` and the
 * start of the pool may call it, and never around code of somebody else.
 */
export function throughSystemDoor<T>(work: () => T): T {
  return storage.run(true, work);
}

/** True while a statement is sent through the system door. */
export function isSystemDoorOpen(): boolean {
  return storage.getStore() === true;
}
