import { Inject, Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { AuditLog } from '../../audit-log/audit-log.service.js';
import { currentActor, currentTenant } from '../../context/request-context.js';
import { Database, type Tx } from '../../database/database.js';
import { sqlState } from '../../database/sql-state.js';
import { expectVersion } from '../../http/etag.js';
import { DomainError, notFound } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import type { PatchProfileDto, ProfileInputDto } from './profile.dto.js';
import { Profile } from './profile.entity.js';
import { listProfiles } from './sql/list-profiles.js';

const UNIQUE_VIOLATION = '23505';

type Definition = Pick<Profile, 'name' | 'description' | 'contents'>;
const DEFAULTS: Omit<Definition, 'name'> = { description: '', contents: '' };

/** Profiles of the tenant of the request. Runs take from them what they need at their launch, so a change reaches no run that exists. */
@Injectable()
export class ProfilesService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(AuditLog) private readonly audit: AuditLog,
  ) {}

  /** Up to `rows` profiles by name, after the name `after`. */
  list(after: string | null, rows: number): Promise<Profile[]> {
    return this.database.query<Profile>(listProfiles, [currentTenant().id, after, rows]);
  }

  /** Throws `not_found`. */
  async get(id: string): Promise<Profile> {
    const profile = await this.database.manager.findOne(Profile, { where: { id, tenantId: currentTenant().id } });
    if (profile === null) throw notFound('profile', id);
    return profile;
  }

  /** Those of the given ones that exist, in any order. */
  async some(numbers: readonly string[]): Promise<Profile[]> {
    if (numbers.length === 0) return [];
    return this.database.manager.find(Profile, { where: { number: In(numbers), tenantId: currentTenant().id } });
  }

  /** Throws `conflict` when the name is taken. `annotations`: see `Profile.annotations`. */
  async create(input: ProfileInputDto, annotations: Record<string, unknown> = {}): Promise<Profile> {
    const definition = { ...DEFAULTS, ...given(input), name: input.name };
    const id = newId();
    await this.naming(definition.name, async (tx) => {
      const row = { ...definition, annotations, id, tenantId: currentTenant().id, createdBy: currentActor() };
      await tx.insert(Profile, row as Parameters<typeof tx.insert<Profile>>[1]);
      const subject = { type: 'profile', id, name: definition.name };
      await this.audit.recordTx(tx, { event: 'profile.created', subject, after: definition });
    });
    return this.get(id);
  }

  /** Puts `input` in the place of the profile. Throws as `patch` does. */
  replace(id: string, input: ProfileInputDto, ifMatch: string | undefined): Promise<Profile> {
    return this.edit(id, { ...DEFAULTS, ...given(input) }, ifMatch);
  }

  /** Changes what `input` holds. Throws `not_found`, `precondition_failed`, or `conflict` when the name is taken. */
  patch(
    id: string,
    input: PatchProfileDto,
    ifMatch: string | undefined,
    annotations?: Record<string, unknown>,
  ): Promise<Profile> {
    return this.edit(id, given(input), ifMatch, annotations);
  }

  private async edit(
    id: string,
    changes: Partial<Definition>,
    ifMatch: string | undefined,
    annotations?: Record<string, unknown>,
  ): Promise<Profile> {
    await this.naming(changes.name ?? '', async (tx) => {
      const before = await this.lockTx(tx, id, ifMatch);
      const after = { ...definitionOf(before), ...changes };
      const row = { ...after, ...(annotations && { annotations }), version: before.version + 1 };
      await tx.update(Profile, { id }, { ...row, updatedAt: () => 'now()' } as Parameters<
        typeof tx.update<Profile>
      >[2]);
      const subject = { type: 'profile', id, name: after.name };
      await this.audit.recordTx(tx, { event: 'profile.updated', subject, before: definitionOf(before), after });
    });
    return this.get(id);
  }

  /** Runs that were launched with it keep what they took from it. Throws `not_found`, `precondition_failed`. */
  async delete(id: string, ifMatch: string | undefined): Promise<void> {
    await this.database.transaction(async (tx) => {
      const before = await this.lockTx(tx, id, ifMatch);
      await tx.delete(Profile, { id });
      const subject = { type: 'profile', id, name: before.name };
      await this.audit.recordTx(tx, { event: 'profile.deleted', subject, before: definitionOf(before) });
    });
  }

  private async lockTx(tx: Tx, id: string, ifMatch: string | undefined): Promise<Profile> {
    const where = { id, tenantId: currentTenant().id };
    const profile = await tx.findOne(Profile, { where, lock: { mode: 'pessimistic_write' } });
    if (profile === null) throw notFound('profile', id);
    expectVersion(ifMatch, profile.version);
    return profile;
  }

  private async naming(name: string, work: (tx: Tx) => Promise<void>): Promise<void> {
    try {
      await this.database.transaction(work);
    } catch (error) {
      if (sqlState(error) !== UNIQUE_VIOLATION) throw error;
      throw new DomainError('conflict', `There is a profile ${JSON.stringify(name)} already.`, [], { cause: error });
    }
  }
}

function definitionOf({ name, description, contents }: Profile): Definition {
  return { name, description, contents };
}

function given({ name, description, contents }: PatchProfileDto): Partial<Definition> {
  return {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(contents !== undefined && { contents }),
  };
}
