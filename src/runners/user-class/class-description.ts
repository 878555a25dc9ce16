/** Makes a job class description of whatever the author of a user class wrote as its static `describe`. Pure. */
import type { ArgumentDescription, JobClassDescription } from '../runner.js';

const MAX_TEXT = 4000;
const MAX_ENTRIES = 50;

/** The description of a user class; parts that are missing or of a wrong type are left empty. */
export function describeUserClass(jobClass: string, written: unknown): JobClassDescription {
  const given = isObject(written) ? written : {};
  const exampleParameters = given['exampleParameters'];
  return {
    jobClass,
    title: text(given['title']) || (jobClass.split('.').at(-1) ?? jobClass),
    notes: text(given['notes']),
    runsCode: true,
    source: 'user',
    arguments: argumentList(given['arguments']),
    parameters: argumentList(given['parameters']),
    exampleArguments: Array.isArray(given['exampleArguments']) ? given['exampleArguments'] : [],
    exampleParameters: isObject(exampleParameters) ? exampleParameters : {},
  };
}

/** A file that cannot be loaded stays visible in the list, under the name of its module, with the reason. */
export function describeBrokenFile(moduleName: string, reason: string): JobClassDescription {
  return { ...describeUserClass(moduleName, {}), title: `${moduleName} (cannot be loaded)`, notes: text(reason) };
}

function argumentList(value: unknown): ArgumentDescription[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_ENTRIES).map((entry: unknown, index) => {
    const given = isObject(entry) ? entry : {};
    return {
      name: text(given['name']) || `argument ${index + 1}`,
      type: text(given['type']) || 'any JSON value',
      description: text(given['description']),
      required: given['required'] === true,
    };
  });
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, MAX_TEXT) : '';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
