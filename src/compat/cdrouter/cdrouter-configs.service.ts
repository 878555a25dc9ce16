import { Inject, Injectable } from '@nestjs/common';
import { UserNumbers } from '../../auth/user-numbers.service.js';
import type { RawBody } from '../../http/raw-body.js';
import {
  LONGEST_CONTENTS,
  LONGEST_PROFILE_DESCRIPTION,
  type PatchProfileDto,
} from '../../jobs/profiles/profile.dto.js';
import type { Profile } from '../../jobs/profiles/profile.entity.js';
import { ProfileSearch } from '../../jobs/profiles/profile-search.service.js';
import { ProfilesService } from '../../jobs/profiles/profiles.service.js';
import { Clock } from '../../kernel/clock.js';
import { BodyFields, readId } from './body-fields.js';
import { configNotesOf, toWireConfig, type CdrouterConfig, type ConfigNotes } from './config.wire.js';
import { enveloped, type Envelope, type ListEnvelope } from './envelope.wire.js';
import { column, labelled, member, type FieldTable } from './field-table.js';
import { interfacesOf, testvarsOf, type NeededInterface } from './interfaces.js';
import { present } from './job-options.js';
import { asksForInterfaces, readListQuery, type Query } from './list-query.js';
import { readName, readTags } from './package-input.js';
import { ANNOTATION } from './package-model.js';
import { linksOf, offsetOf } from './paging.js';
import { badField, noSuch } from './refusals.js';

/** Configs are profiles; tags and note stand in their annotations. */
@Injectable()
export class CdrouterConfigs {
  constructor(
    @Inject(ProfileSearch) private readonly search: ProfileSearch,
    @Inject(ProfilesService) private readonly profiles: ProfilesService,
    @Inject(UserNumbers) private readonly users: UserNumbers,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** Throws `invalid_input`. */
  async list(query: Query): Promise<ListEnvelope<CdrouterConfig>> {
    const { search, isDetailed, ...paging } = readListQuery(query, configFields(await this.users.byName(null)));
    const offset = offsetOf(paging);
    const cut = offset === null ? { offset: 0, limit: 0 } : { offset, limit: paging.limit };
    const { rows, total } = await this.search.search({ ...search, ...cut });
    const users = await this.users.byName([...new Set(rows.map(({ createdBy }) => createdBy))]);
    const data = rows.map((profile) => toWireConfig(profile, users, isDetailed));
    return { ...enveloped(data, this.clock.now()), links: linksOf(paging, total) };
  }

  /** Throws `not_found`. */
  async get(id: string): Promise<Envelope<CdrouterConfig>> {
    return this.answer(await this.find(id));
  }

  /** Creates a config, or says which interfaces its contents name (`process=interfaces`) and makes nothing. Throws like `create`. */
  async post(
    query: Query,
    body: RawBody | null | undefined,
  ): Promise<Envelope<CdrouterConfig | readonly NeededInterface[]>> {
    if (!asksForInterfaces(query)) return this.create(body);
    const contents = BodyFields.of(body).text('contents', LONGEST_CONTENTS) ?? '';
    return enveloped(interfacesOf(testvarsOf(contents), []), this.clock.now());
  }

  /** Throws `invalid_input`, and `conflict` when the name is taken; then nothing is stored. */
  async create(body: RawBody | null | undefined): Promise<Envelope<CdrouterConfig>> {
    const { profile, notes } = readConfig(BodyFields.of(body));
    const { name } = profile;
    if (name === undefined) throw badField('name', null, 'the name of the config');
    return this.answer(await this.profiles.create({ ...profile, name }, { [ANNOTATION]: notes }));
  }

  /** Changes what the body holds; null leaves what is there. Throws `not_found`, and like `create`. */
  async edit(id: string, body: RawBody | null | undefined): Promise<Envelope<CdrouterConfig>> {
    const before = await this.find(id);
    const { profile, notes } = readConfig(BodyFields.of(body));
    const annotations = { ...before.annotations, [ANNOTATION]: { ...configNotesOf(before), ...notes } };
    return this.answer(await this.profiles.patch(before.id, profile, undefined, annotations));
  }

  /** Jobs that were launched with it keep what they took from it. Throws `not_found`. */
  async delete(id: string): Promise<void> {
    await this.profiles.delete((await this.find(id)).id, undefined);
  }

  private async find(id: string): Promise<Profile> {
    const number = readId(id);
    const [profile] = number === null ? [] : await this.profiles.some([number]);
    if (profile === undefined) throw noSuch('config');
    return profile;
  }

  private async answer(profile: Profile): Promise<Envelope<CdrouterConfig>> {
    const users = await this.users.byName([profile.createdBy]);
    return enveloped(toWireConfig(profile, users, true), this.clock.now());
  }
}

function configFields(users: ReadonlyMap<string, string>): FieldTable {
  return {
    id: column('number', 'number'),
    name: column('name', 'text'),
    description: column('description', 'text'),
    created: column('createdAt', 'instant'),
    updated: column('updatedAt', 'instant'),
    contents: column('contents', 'text'),
    user_id: labelled('createdBy', 'number', users, '0'),
    tags: member('texts', ANNOTATION, 'tags'),
    note: member('text', ANNOTATION, 'note'),
  };
}

function readConfig(fields: BodyFields): { readonly profile: PatchProfileDto; readonly notes: ConfigNotes } {
  return {
    profile: present({
      name: readName(fields),
      description: fields.text('description', LONGEST_PROFILE_DESCRIPTION),
      contents: fields.text('contents', LONGEST_CONTENTS),
    }),
    notes: present({ tags: readTags(fields), note: fields.text('note') }),
  };
}
