/** Tenants of which something is remembered; then everything is forgotten, which costs one round trip each. */
const MOST_TENANTS = 1_000;
/** Classes of one tenant that are remembered. */
const MOST_CLASSES = 200;

interface Judged {
  readonly patterns: readonly string[];
  readonly classes: Set<string>;
}

/**
 * Which job classes were found permitted, and by which patterns of their tenant. The rules are in this process and the class of a job is in the database;
 * so that a run can be made in one round trip, the statement is told what has been judged and refuses everything else. Patterns that have changed
 * do not match, so nothing here can be out of date.
 */
export class JudgedClasses {
  private readonly tenants = new Map<string, Judged>();

  /** The classes and the patterns, as values of `enqueue`. */
  of(tenantId: string): [classes: string[], patterns: readonly string[]] {
    const judged = this.tenants.get(tenantId);
    return judged === undefined ? [[], []] : [[...judged.classes], judged.patterns];
  }

  /** The class is permitted by these patterns of its tenant, and by the setting, which never changes. */
  permit(tenantId: string, patterns: readonly string[], jobClass: string): void {
    const known = this.tenants.get(tenantId);
    if (known !== undefined && known.classes.size < MOST_CLASSES && isSame(known.patterns, patterns)) {
      known.classes.add(jobClass);
      return;
    }
    if (this.tenants.size >= MOST_TENANTS) this.tenants.clear();
    this.tenants.set(tenantId, { patterns, classes: new Set([jobClass]) });
  }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((pattern, i) => pattern === b[i]);
}
