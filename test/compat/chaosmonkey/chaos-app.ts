// A whole server, scheduler and worker included, spoken to in the words of the Chaos Monkey Engine.
import { expect } from 'vitest';
import { startNativeApp, type Answer, type NativeApp } from '../../http/native-app.js';
import { temporaryFolder } from '../../support/run-folder.js';

/** What the tests do with it. */
export interface ChaosApp extends NativeApp {
  /** Creates a plan; answers its id and those of its executors, soonest first, in 32 hex digits. */
  plan(over?: PlanOver): Promise<{ readonly id: string; readonly executors: readonly string[] }>;
}

/** What is different from a plan that calls an API far in the future. */
export interface PlanOver {
  readonly name?: string;
  readonly attack?: unknown;
  readonly planner?: unknown;
  readonly date?: string;
}

/** The attack of the original's example, which nobody answers. */
export const API_ATTACK = {
  ref: 'api_request:ApiRequest',
  args: {
    endpoint: 'http://127.0.0.1:1/',
    method: 'GET',
    payload: { test: '1' },
    headers: { 'X-CUSTOM-HEADER': 'test' },
  },
};

/** Starts it. */
export async function startChaosApp(env: Readonly<Record<string, string>> = {}): Promise<ChaosApp> {
  const native = await startNativeApp({
    env: { ROLES: 'api,scheduler,worker', DATA_DIR: await temporaryFolder('chaos'), ...env },
  });
  return {
    ...native,
    plan: async ({ name = 'a plan', attack = API_ATTACK, planner, date = '2090-01-01T00:00' }: PlanOver = {}) => {
      const exact = { ref: 'exact_planner:ExactPlanner', args: { date } };
      const made = await native.call('POST', '/api/1/plans/', { body: { name, attack, planner: planner ?? exact } });
      expect([made.status, made.body]).toEqual([200, { msg: 'ok' }]);
      const [row] = await native.sql<{ id: string; executors: string[] }>(
        `SELECT replace(j.id::text, '-', '') AS id,
                array_agg(replace(t.id::text, '-', '') ORDER BY t.spec ->> 'at', t.id) AS executors
           FROM jobs j JOIN triggers t ON t.job_id = j.id
          WHERE j.annotations ? 'chaosmonkey' GROUP BY j.id ORDER BY j.id DESC LIMIT 1`,
      );
      if (!row) throw new Error('The plan was not stored.');
      return row;
    },
  };
}

/** Status and body of an answer, which all errors and messages can be compared by. */
export function said(answer: Answer): [number, unknown] {
  return [answer.status, answer.body];
}
