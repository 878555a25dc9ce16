/** Knows which user classes there are and what they say about themselves. */
import { errorOf } from '../run-outcome.js';
import type { ExecutorClient } from '../executor/executor-client.js';
import type { JobClassDescription, RunObserver } from '../runner.js';
import type { ClassBundles } from './class-bundles.js';
import { describeBrokenFile, describeUserClass } from './class-description.js';
import { listClassFiles, type ClassFile } from './class-file.js';

/** A file whose top level takes longer than this is listed as broken. */
const LOAD_TIMEOUT_MS = 5000;

const SILENT: RunObserver = { started() {}, output() {}, progress() {} };

/** The list of user classes. A file is loaded (in a child, never here) once for each state of its sources. */
export class ClassCatalog {
  /** By bundle, which changes with the sources. */
  private readonly loaded = new Map<string, Promise<JobClassDescription[]>>();

  constructor(
    private readonly jobsDir: string,
    private readonly bundles: ClassBundles,
    private readonly executor: ExecutorClient,
  ) {}

  /** All user classes by name; files that do not load are in the list with their error. */
  async describe(): Promise<JobClassDescription[]> {
    const files = await listClassFiles(this.jobsDir);
    const lists = await Promise.all(files.map((file) => this.describeFile(file)));
    return lists.flat();
  }

  private async describeFile({ moduleName, file }: ClassFile): Promise<JobClassDescription[]> {
    let bundle: string;
    try {
      bundle = await this.bundles.bundleOf(file);
    } catch (error) {
      return [describeBrokenFile(moduleName, errorOf(error).message)];
    }
    const key = `${moduleName} ${bundle}`;
    let list = this.loaded.get(key);
    if (!list) this.loaded.set(key, (list = this.load(moduleName, bundle, key)));
    return list;
  }

  private async load(moduleName: string, bundleFile: string, key: string): Promise<JobClassDescription[]> {
    const outcome = await this.executor.start(
      {
        task: { kind: 'inspect', bundleFile },
        environment: {},
        timeoutMs: LOAD_TIMEOUT_MS,
        killGraceMs: 0,
        maxOutputBytes: 0,
      },
      SILENT,
    ).done;
    if (outcome.status === 'succeeded') {
      const exported = outcome.result as { name: string; describe: unknown }[];
      return exported.map(({ name, describe }) => describeUserClass(`${moduleName}.${name}`, describe));
    }
    this.loaded.delete(key); // the reason may be gone the next time
    return [describeBrokenFile(moduleName, outcome.error?.message ?? '')];
  }
}
