/** The SQLSTATE of a PostgreSQL error, looked for through causes and TypeORM's wrapper; null for anything else. */
export function sqlState(error: unknown): string | null {
  for (let e = error, depth = 0; e instanceof Error && depth < 5; depth++) {
    const { code, driverError } = e as { code?: unknown; driverError?: unknown };
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return code;
    e = driverError ?? e.cause;
  }
  return null;
}

/** True for a transaction that PostgreSQL gave up on and that may be tried again whole. */
export function isRetryable(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40001' || state === '40P01';
}

/** True when a row was refused for what it says (classes 22 and 23): other rows of the same statement may be welcome. */
export function isRefusedRow(error: unknown): boolean {
  return /^2[23]/.test(sqlState(error) ?? '');
}

/** True when the database cannot be reached or is going away: the operation may work later, unchanged. */
export function isUnavailable(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== null) return state.startsWith('08') || state.startsWith('57P') || state === '53300';
  for (let e = error, depth = 0; e instanceof Error && depth < 5; depth++) {
    const { code, driverError } = e as { code?: unknown; driverError?: unknown };
    if (
      typeof code === 'string' &&
      ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'].includes(code)
    )
      return true;
    if (
      /Connection terminated|connection timeout|timeout exceeded when trying to connect|Client has encountered a connection error/i.test(
        e.message,
      )
    )
      return true;
    e = driverError ?? e.cause;
  }
  return false;
}
