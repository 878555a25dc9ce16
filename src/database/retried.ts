import { isRetryable } from './sql-state.js';

const ATTEMPTS = 5;

/** Runs a whole transaction again, at most five times in all, after a deadlock or serialization failure. */
export async function retried<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction();
    } catch (error) {
      if (attempt >= ATTEMPTS || !isRetryable(error)) throw error;
    }
  }
}
