/**
 * The sample job classes that ndscheduler ships, under their dotted names, so that jobs which name them run unchanged. What
 * they take and give: the contract of the ndscheduler API, section 1.5. Pure.
 */
import { InvalidArguments } from '../invalid-arguments.js';
import type { ArgumentDescription, JobClassDescription } from '../runner.js';

/** Their dotted names. */
export const SAMPLE_CLASSES = {
  awesome: 'simple_scheduler.jobs.sample_job.AwesomeJob',
  shell: 'simple_scheduler.jobs.shell_job.ShellJob',
  curl: 'simple_scheduler.jobs.curl_job.CurlJob',
  slack: 'simple_scheduler.jobs.slack_job.SlackJob',
  apns: 'simple_scheduler.jobs.apns_job.APNSJob',
} as const;

/** A description of one of them; all take positional arguments only. */
export function sampleDescription(
  jobClass: string,
  title: string,
  notes: string,
  args: readonly ArgumentDescription[],
  exampleArguments: unknown[],
): JobClassDescription {
  const runsCode = jobClass === SAMPLE_CLASSES.shell;
  return {
    jobClass,
    title,
    notes: `${notes} A sample class of ndscheduler.`,
    runsCode,
    source: 'builtin',
    arguments: [...args],
    parameters: [],
    exampleArguments,
    exampleParameters: {},
  };
}

/** A required argument that is a text. */
export function textArgument(name: string, description: string): ArgumentDescription {
  return { name, type: 'string', description, required: true };
}

/**
 * The arguments that `names` stand for, given by position or, as in Python, by name in the parameters; more of either are left alone.
 * Throws {@link InvalidArguments} in Python's words when one is missing.
 */
export function bindArguments(
  names: readonly string[],
  args: readonly unknown[],
  parameters: Readonly<Record<string, unknown>>,
): unknown[] {
  const isBound = (name: string, index: number): boolean => index < args.length || Object.hasOwn(parameters, name);
  const missing = names.filter((name, index) => !isBound(name, index)).map((name) => `'${name}'`);
  if (missing.length > 0) {
    const noun = missing.length === 1 ? 'argument' : 'arguments';
    throw new InvalidArguments(
      `TypeError: run() missing ${missing.length} required positional ${noun}: ${missing.join(', ')}`,
    );
  }
  return names.map((name, index) => (index < args.length ? args[index] : parameters[name]));
}

/** The same for arguments that must be texts. */
export function bindTexts(
  names: readonly string[],
  args: readonly unknown[],
  parameters: Readonly<Record<string, unknown>>,
): string[] {
  return bindArguments(names, args, parameters).map((value, index) => {
    if (typeof value === 'string') return value;
    throw new InvalidArguments(`TypeError: ${names[index] ?? ''} must be a string, not ${JSON.stringify(value)}`);
  });
}
