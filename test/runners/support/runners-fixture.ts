/** A registry with folders of its own, and a check that it leaves no process behind. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createRunners, type RunnerSettings } from '../../../src/runners/create-runners.js';
import { environmentValue, listProcesses } from '../../../src/runners/executor/process-table.js';
import type { RunnerRegistry } from '../../../src/runners/runner-registry.js';

/** Folders and registry of one test file. */
export class RunnersFixture {
  /** Marks every process of this fixture through the allow-listed environment. */
  private readonly mark = `fixture-${process.pid}-${Math.random().toString(36).slice(2)}`;

  private constructor(
    readonly folder: string,
    private readonly given: Partial<RunnerSettings>,
  ) {
    this.registry = createRunners(this.settings);
  }

  readonly registry: RunnerRegistry;

  static async create(given: Partial<RunnerSettings> = {}): Promise<RunnersFixture> {
    const folder = await mkdtemp(join(tmpdir(), 'runners-'));
    await mkdir(join(folder, 'jobs'));
    return new RunnersFixture(folder, given);
  }

  get settings(): RunnerSettings {
    return {
      jobsDir: join(this.folder, 'jobs'),
      cacheDir: join(this.folder, 'cache'),
      maxProcesses: 8,
      httpAllows: () => true,
      ...this.given,
      environment: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', FIXTURE: this.mark, ...this.given.environment },
    };
  }

  /** Writes a file into the folder of user classes. */
  async write(path: string, text: string): Promise<string> {
    const file = join(this.folder, 'jobs', path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
    return file;
  }

  /** The pids of all living processes that this fixture started, the executor included. */
  async processes(): Promise<number[]> {
    const all = await listProcesses();
    return all.filter(({ pid }) => environmentValue(pid, 'FIXTURE') === this.mark).map(({ pid }) => pid);
  }

  /** Closes the registry and throws when a process is left. */
  async close(): Promise<void> {
    await this.registry.close();
    await rm(this.folder, { recursive: true, force: true });
    const left = await this.processes();
    if (left.length > 0) throw new Error(`Processes are left after close: ${left.join(', ')}`);
  }
}
