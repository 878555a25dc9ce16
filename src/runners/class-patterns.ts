/** Patterns that name job classes, such as `shell`, `reports.*` and `user:*`. Pure. */
import { API_REQUEST, EC2_ATTACKS, RUN_SCRIPT } from './chaosmonkey/attack.descriptions.js';
import { SAMPLE_CLASSES } from './sample-classes/sample-class.js';
import { parseClassName } from './user-class/class-name.js';

const USER_PREFIX = 'user:';

/**
 * Built-in classes of compatible APIs, in lower case, with the class that does the same: who forbids that one forbids these, also where the
 * rule is older than they are.
 */
const ACTS_AS: ReadonlyMap<string, string> = new Map([
  [SAMPLE_CLASSES.shell.toLowerCase(), 'shell'],
  [SAMPLE_CLASSES.curl.toLowerCase(), 'http'],
  [SAMPLE_CLASSES.slack.toLowerCase(), 'http'],
  [API_REQUEST.toLowerCase(), 'http'],
  [RUN_SCRIPT.toLowerCase(), 'shell'],
]);

/**
 * The first pattern that names a job class, or null. `*` stands for any characters, dots included; `user:` before a pattern limits it to
 * user classes. A pattern for `shell` or `http` names the sample classes that do the same as well. Case does not matter: on file systems that do not tell cases apart, `Reports.x` and `reports.x` are the same class.
 */
export function matchingPattern(patterns: readonly string[], jobClass: string): string | null {
  const name = jobClass.toLowerCase();
  const model = ACTS_AS.get(name);
  return (
    patterns.find((given) => {
      const pattern = given.toLowerCase();
      return names(pattern, name, jobClass) || (model !== undefined && names(pattern, model, model));
    }) ?? null
  );
}

/** True when the patterns leave no user class over, whatever classes there are. */
export function forbidsAllUserClasses(patterns: readonly string[]): boolean {
  return patterns.some((pattern) => /^(user:)?\*+$/i.test(pattern));
}

function names(pattern: string, name: string, jobClass: string): boolean {
  if (!pattern.startsWith(USER_PREFIX)) return isLike(pattern, name);
  return isUserClass(jobClass) && isLike(pattern.slice(USER_PREFIX.length), name);
}

/** Classes that come with Carillon under dotted names are not the user's own. */
const BUILT_IN: ReadonlySet<string> = new Set([
  ...Object.values(SAMPLE_CLASSES),
  API_REQUEST,
  RUN_SCRIPT,
  ...EC2_ATTACKS,
]);

function isUserClass(jobClass: string): boolean {
  return parseClassName(jobClass) !== null && !BUILT_IN.has(jobClass);
}

/** Part by part from the left, without a regular expression: patterns come from people, and this cannot be made slow. */
function isLike(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return pattern === name;
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return name.length - last.length >= at && name.endsWith(last);
}
