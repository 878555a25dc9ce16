/** What a deployment is made of: its workflows, as a blueprint or a client gives them. Source: contract A3, "Source-only neighbours". */
import type { Driver } from '../../jobs/job.entity.js';
import { badParameters } from './cloudify-refusal.js';
import { isObject, told, type JsonObject } from './json-type.js';
import { faultInSchema, type WorkflowSchema } from './workflow-parameters.js';

const MOST_WORKFLOWS = 100;
const NAME = /^[^\p{Cc}\p{Cs}\s]([^\p{Cc}\p{Cs}]{0,98}[^\p{Cc}\p{Cs}\s])?$/u;
/** Keys that say what a workflow does. */
const WORKFLOW_KEYS: readonly string[] = ['operation', 'args', 'parameters', 'driver', 'plugin', 'availability_rules'];
/** What the original's plans and our own answers have besides: clients send it back, and it says nothing here. */
const PASSED_OVER: readonly string[] = ['name', 'created_at', 'is_available', 'is_cascading'];
const JOB_CLASS = /^[A-Za-z_][\w.:-]{0,299}$/;
/** What a workflow does that says nothing: it ends well at once. */
const DEFAULT_OPERATION = 'noop';

/** Workflows that belong to the manager itself: hidden from lists by default, open to any parameters. */
const SYSTEM_WORKFLOWS: readonly string[] = [
  'create_deployment_environment',
  'delete_deployment_environment',
  'upload_blueprint',
  'create_snapshot',
  'restore_snapshot',
  'update_plugin',
];

/** The workflow that makes a deployment ready, where there is one. */
export const ENVIRONMENT_WORKFLOW = 'create_deployment_environment';

/** One workflow. */
export interface WorkflowPlan {
  readonly name: string;
  /** The job class. */
  readonly operation: string;
  /** Of the job class; parameters come to it by name. */
  readonly args: readonly unknown[];
  readonly parameters: WorkflowSchema;
  readonly driver: Driver;
  readonly plugin: string;
  /** False: it may not be started. */
  readonly isAvailable: boolean;
}

/** Whether clients see its executions only when they ask for those of the system. */
export function isSystem(workflow: string): boolean {
  return SYSTEM_WORKFLOWS.includes(workflow);
}

/** The workflows of a request: an object by name. Throws `bad_parameters_error`. */
export function workflowPlans(workflows: JsonObject, driver: Driver): WorkflowPlan[] {
  const entries = Object.entries(workflows);
  if (entries.length > MOST_WORKFLOWS)
    throw badParameters(`workflows has ${entries.length} entries; at most ${MOST_WORKFLOWS} are possible.`);
  return entries.map(([name, value]) => workflowPlan(name, value, driver));
}

/** `worker` or `client`, null for what is not there. Throws `bad_parameters_error`. */
export function driverOf(body: JsonObject, where: string): Driver | null {
  const driver = body['driver'] ?? null;
  if (driver === null || driver === 'worker' || driver === 'client') return driver;
  throw badParameters(`${where} must be "worker" or "client", not ${told(driver)}.`);
}

function workflowPlan(name: string, value: unknown, deploymentDriver: Driver): WorkflowPlan {
  const where = `workflows.${name.slice(0, 100)}`;
  if (!NAME.test(name)) throw badParameters(`A workflow cannot be called ${told(name)}; use 1 to 100 characters.`);
  if (!isObject(value)) throw badParameters(`${where} must be an object, not ${told(value)}.`);
  const odd = Object.keys(value).find((key) => !WORKFLOW_KEYS.includes(key) && !PASSED_OVER.includes(key));
  if (odd !== undefined)
    throw badParameters(
      `${where} has no ${told(odd)} (which is ${told(value[odd])}); what it can have is ${WORKFLOW_KEYS.join(', ')}.`,
    );
  const { operation = DEFAULT_OPERATION, args = [], parameters = {}, plugin, availability_rules: rules } = value;
  if (typeof operation !== 'string' || !JOB_CLASS.test(operation))
    throw badParameters(
      `${where}.operation must be the name of a job class, such as shell or reports.Daily, not ${told(operation)}.`,
    );
  if (!Array.isArray(args)) throw badParameters(`${where}.args must be a list, not ${told(args)}.`);
  const fault = faultInSchema(parameters);
  if (fault !== null) throw badParameters(`${where}: ${fault}`);
  return {
    name,
    operation,
    args: args as unknown[],
    parameters: parameters as WorkflowSchema,
    driver: driverOf(value, `${where}.driver`) ?? deploymentDriver,
    plugin: typeof plugin === 'string' ? plugin : '',
    isAvailable: !(isObject(rules) && rules['available'] === false),
  };
}
