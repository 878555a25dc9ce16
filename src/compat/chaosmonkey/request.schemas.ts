import type { JsonSchema } from './json-schema.js';

/** Source: `executor_trigger_schema` of the reference document. */
export const EXECUTOR_SCHEMA: JsonSchema = {
  type: 'object',
  properties: {
    type: { type: 'string' },
    args: { type: 'object', properties: { date: { type: 'string' } }, required: ['date'] },
  },
  required: ['type', 'args'],
};

const REFERENCE: JsonSchema = {
  type: 'object',
  properties: { ref: { type: 'string' }, args: { type: 'object' } },
  required: ['ref', 'args'],
};

/** Source: contract, 2.5. */
export const PLAN_SCHEMA: JsonSchema = {
  type: 'object',
  properties: { name: { type: 'string' }, attack: REFERENCE, planner: REFERENCE },
  required: ['name', 'attack', 'planner'],
};

/** A body that fits `EXECUTOR_SCHEMA`. */
export interface ExecutorRequest {
  readonly type: string;
  readonly args: { readonly date: string };
}

/** A body that fits `PLAN_SCHEMA`. */
export interface PlanRequest {
  readonly name: string;
  readonly attack: { readonly ref: string; readonly args: Readonly<Record<string, unknown>> };
  readonly planner: { readonly ref: string; readonly args: Readonly<Record<string, unknown>> };
}
