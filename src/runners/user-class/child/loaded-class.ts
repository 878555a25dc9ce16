/** Finds and calls what a bundle exports. */
import { pathToFileURL } from 'node:url';
import type { RunError } from '../../runner.js';
import type { JobContext } from './job-context.js';

type AnyFunction = (...args: unknown[]) => unknown;
type AnyClass = new (context: JobContext) => { run: AnyFunction; context?: unknown };

/** Something wrong with the class itself, not with its run. */
export class InvalidClass extends Error {
  readonly type: RunError['type'] = 'invalid_class';
}

/** What one export says about itself; `describe` is whatever its author wrote. */
export interface ExportedClass {
  name: string;
  describe: unknown;
}

/** All exports of a bundle. The same file is evaluated once per process; an edited source is another file. */
export async function loadBundle(file: string): Promise<Record<string, unknown>> {
  return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
}

/**
 * Calls `run(...args)` of a class, which gets the context both as constructor argument and as `this.context`; a plain
 * function is called with the context in front of its arguments.
 */
export async function callExport(
  exports: Record<string, unknown>,
  name: string,
  context: JobContext,
  args: readonly unknown[],
): Promise<unknown> {
  const exported = exports[name];
  if (typeof exported !== 'function') {
    const names = Object.keys(exports).join(', ') || 'nothing';
    throw new InvalidClass(`The file exports no class or function ${name}; it exports ${names}.`);
  }
  if (!isClass(exported)) return (exported as AnyFunction)(context, ...args);
  if (!hasRun(exported)) throw new InvalidClass(`The class ${name} has no method run().`);
  const instance = new (exported as unknown as AnyClass)(context);
  instance.context ??= context;
  return instance.run(...args);
}

/** The exports that are meant as job classes: classes with a method `run`, and functions with a property `describe`. */
export function jobClassesOf(exports: Record<string, unknown>): ExportedClass[] {
  return Object.entries(exports).flatMap(([name, exported]) => {
    if (typeof exported !== 'function') return [];
    const describe: unknown = 'describe' in exported ? exported.describe : undefined;
    if (!hasRun(exported) && (isClass(exported) || describe === undefined)) return [];
    return [{ name, describe: typeof describe === 'function' ? (describe as AnyFunction).call(exported) : describe }];
  });
}

/** Classes cannot be told from functions by typeof; their source text begins with the keyword. */
function isClass(exported: object): boolean {
  return hasRun(exported) || Function.prototype.toString.call(exported).startsWith('class');
}

function hasRun(exported: object): boolean {
  const prototype: unknown = 'prototype' in exported ? exported.prototype : undefined;
  return (
    typeof prototype === 'object' && prototype !== null && 'run' in prototype && typeof prototype.run === 'function'
  );
}
