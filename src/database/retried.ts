import { isRetryable } from './sql-state.js';

const ATTEMPTS = 5;

/** Runs a whole transaction, or a statement that is one, again after a deadlock or serialization failure; at most five times in all. */
export async function retried<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction();
    } catch (error) {
      if (attempt >= ATTEMPTS || !isRetryable(error)) throw error;
    }
  }
}
