import { Inject, Injectable } from '@nestjs/common';
import { AuditLog } from '../audit-log/audit-log.service.js';
import { currentTenant } from '../context/request-context.js';
import { Database, queryTx, type Tx } from '../database/database.js';
import { notFound } from '../kernel/domain-error.js';
import { newId } from '../kernel/ids.js';
import { refuseShared, type Holder } from './agent-tags.service.js';
import type { TaggedJob } from './job-tags.service.js';
import { MissingRelations } from './missing-relations.js';
import { refuseNoTagName } from './tag-name.js';
import { CREATE_MISSING_TAGS } from './sql/create-missing-tags.js';
import { FIND_HOLDERS } from './sql/find-holders.js';
import { FIND_JOBS } from './sql/find-jobs.js';
import { HOLDERS_OF_TAG } from './sql/holders-of-tag.js';
import { LOCK_TAG } from './sql/lock-tag.js';
import { RELATED_TAGS } from './sql/related-tags.js';
import { REPLACE_HOLDERS } from './sql/replace-holders.js';
import { REPLACE_TAGGED_JOBS } from './sql/replace-tagged-jobs.js';
import { TELL_WORKERS } from './sql/tell-workers.js';

/** A tag is known by its name or by its number. */
export type TagRef = { readonly name: string } | { readonly number: string };

/** A tag with all that carries it and is there. */
export interface RelatedTag {
  readonly id: string;
  /** Of a bigint. */
  readonly number: string;
  readonly name: string;
  /** By id. */
  readonly agents: readonly { readonly id: string; readonly hostname: string }[];
  /** By number. */
  readonly jobs: readonly { readonly id: string; readonly number: number }[];
}

type HolderKey = Pick<Holder, 'scope' | 'holder'>;

/** Tags seen from their side: what carries them, read and replaced as a whole. */
@Injectable()
export class TagRelations {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  /** All tags of the tenant by number; one statement however many they are. */
  async all(): Promise<RelatedTag[]> {
    return this.database.query<RelatedTag>(RELATED_TAGS, [currentTenant().id, null, null]);
  }

  /** Undefined: there is no such tag. */
  async find(ref: TagRef): Promise<RelatedTag | undefined> {
    const [tag] = await this.database.query<RelatedTag>(RELATED_TAGS, [currentTenant().id, ...valuesOf(ref)]);
    return tag;
  }

  /**
   * Makes a tag, known by its name and made if it is missing, or by its number, carried by exactly these agents and jobs. All or
   * nothing. Throws `not_found` (for agents and jobs a `MissingRelations`), `invalid_input`, or `forbidden` when that would change
   * a shared agent.
   */
  async replace(
    ref: TagRef,
    to: { readonly agentIds: readonly string[]; readonly jobNumbers: readonly string[] },
  ): Promise<RelatedTag> {
    const tenantId = currentTenant().id;
    return this.database.transaction(async (tx) => {
      const jobs = await queryTx<TaggedJob>(tx, FIND_JOBS, [tenantId, [], to.jobNumbers]);
      const agents = (await queryTx<Holder>(tx, FIND_HOLDERS, [tenantId, to.agentIds])).filter((one) => !one.hasEnded);
      refuseMissing(agents, jobs, to);
      const { id, name } = await this.lockOrCreateTx(tx, ref);
      const old = await queryTx<HolderKey>(tx, HOLDERS_OF_TAG, [id]);
      const changed = [...except(old, agents), ...except(agents, old)];
      refuseShared(changed);
      const before = await relatedTx(tx, { name });
      const [scopes, holders] = [agents.map(({ scope }) => scope), agents.map(({ holder }) => holder)];
      await queryTx(tx, REPLACE_HOLDERS, [tenantId, id, scopes, holders]);
      await queryTx(tx, REPLACE_TAGGED_JOBS, [tenantId, id, jobs.map((job) => job.id)]);
      if (changed.some(({ scope }) => scope !== 'inventory')) await queryTx(tx, TELL_WORKERS);
      const after = await relatedTx(tx, { name });
      const subject = { type: 'tag', id, name };
      await this.audit.recordTx(tx, { event: 'tag.replaced', subject, before: idsOf(before), after: idsOf(after) });
      return after;
    });
  }

  private async lockOrCreateTx(tx: Tx, ref: TagRef): Promise<{ id: string; name: string }> {
    const tenantId = currentTenant().id;
    const lock = async (): Promise<{ id: string; name: string } | undefined> =>
      (await queryTx<{ id: string; name: string }>(tx, LOCK_TAG, [tenantId, ...valuesOf(ref)]))[0];
    if ('number' in ref) {
      const tag = await lock();
      if (!tag) throw notFound('tag', ref.number);
      return tag;
    }
    refuseNoTagName(ref.name);
    // Whoever deletes it in between lets us make it anew.
    for (;;) {
      const made = newId();
      await queryTx(tx, CREATE_MISSING_TAGS, [tenantId, [made], [ref.name]]);
      const tag = await lock();
      if (!tag) continue;
      const subject = { type: 'tag', id: tag.id, name: tag.name };
      if (tag.id === made) await this.audit.recordTx(tx, { event: 'tag.created', subject, after: { name: tag.name } });
      return tag;
    }
  }
}

function valuesOf(ref: TagRef): [name: string | null, number: string | null] {
  return 'name' in ref ? [ref.name, null] : [null, ref.number];
}

async function relatedTx(tx: Tx, ref: TagRef): Promise<RelatedTag> {
  const [tag] = await queryTx<RelatedTag>(tx, RELATED_TAGS, [currentTenant().id, ...valuesOf(ref)]);
  if (!tag) throw new Error('A tag vanished although it was locked.');
  return tag;
}

function idsOf({ agents, jobs }: RelatedTag): { agents: string[]; jobs: string[] } {
  return { agents: agents.map(({ id }) => id), jobs: jobs.map(({ id }) => id) };
}

function refuseMissing(
  agents: readonly Holder[],
  jobs: readonly TaggedJob[],
  wanted: { readonly agentIds: readonly string[]; readonly jobNumbers: readonly string[] },
): void {
  const agentIds = wanted.agentIds.filter((id) => !agents.some((agent) => agent.id === id));
  const jobNumbers = wanted.jobNumbers.filter((number) => !jobs.some((job) => job.number === number));
  if (agentIds.length > 0 || jobNumbers.length > 0) throw new MissingRelations(agentIds, jobNumbers);
}

function except(keys: readonly HolderKey[], others: readonly HolderKey[]): HolderKey[] {
  return keys.filter((key) => !others.some(({ scope, holder }) => scope === key.scope && holder === key.holder));
}
