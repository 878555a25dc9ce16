import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import type { Job } from './job.entity.js';

/** Told of changes to jobs within their transaction, by rooms that jobs must not know of. */
export interface JobChangeListener {
  /** The definition or the group is about to change; the job's row and the gates of the job and of both groups are locked. */
  jobChangingTx(tx: Tx, before: Job): Promise<void>;
  /** The definition or the group changed; the job's row and the gates of the job and of both groups are locked. */
  jobChangedTx(tx: Tx, before: Job, after: Job): Promise<void>;
  /** The job was deleted; its row is locked. */
  jobDeletedTx(tx: Tx, job: Job): Promise<void>;
  /** The limit of a group changed. `newlyGated`: the jobs, locked, that come under it by its first limit. The gates are locked. */
  groupChangedTx(tx: Tx, groupGateId: string, newlyGated: readonly string[]): Promise<void>;
}

/** Where the rooms above put themselves down for changes to jobs. */
@Injectable()
export class JobChangeListeners {
  private readonly listeners: JobChangeListener[] = [];

  /** To be called once, at construction. */
  add(listener: JobChangeListener): void {
    this.listeners.push(listener);
  }

  async changingTx(tx: Tx, before: Job): Promise<void> {
    for (const listener of this.listeners) await listener.jobChangingTx(tx, before);
  }

  async changedTx(tx: Tx, before: Job, after: Job): Promise<void> {
    for (const listener of this.listeners) await listener.jobChangedTx(tx, before, after);
  }

  async deletedTx(tx: Tx, job: Job): Promise<void> {
    for (const listener of this.listeners) await listener.jobDeletedTx(tx, job);
  }

  async groupChangedTx(tx: Tx, groupGateId: string, newlyGated: readonly string[]): Promise<void> {
    for (const listener of this.listeners) await listener.groupChangedTx(tx, groupGateId, newlyGated);
  }
}
