import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import type { Job } from './job.entity.js';

/** Told of changes to jobs within their transaction, by rooms that jobs must not know of. */
export interface JobChangeListener {
  /** The definition changed; the job's row is locked. */
  jobChangedTx(tx: Tx, before: Job, after: Job): Promise<void>;
  /** The job was deleted; its row is locked. */
  jobDeletedTx(tx: Tx, job: Job): Promise<void>;
}

/** Where the rooms above put themselves down for changes to jobs. */
@Injectable()
export class JobChangeListeners {
  private readonly listeners: JobChangeListener[] = [];

  /** To be called once, at construction. */
  add(listener: JobChangeListener): void {
    this.listeners.push(listener);
  }

  async changedTx(tx: Tx, before: Job, after: Job): Promise<void> {
    for (const listener of this.listeners) await listener.jobChangedTx(tx, before, after);
  }

  async deletedTx(tx: Tx, job: Job): Promise<void> {
    for (const listener of this.listeners) await listener.jobDeletedTx(tx, job);
  }
}
