import { Inject, Injectable } from '@nestjs/common';
import { InventoryAgents } from '../../agents/inventory-agents.service.js';
import { DomainError } from '../../kernel/domain-error.js';
import { parseId } from '../../kernel/ids.js';
import { AgentTags } from '../../tags/agent-tags.service.js';
import { MissingRelations } from '../../tags/missing-relations.js';
import { TAG_NAME, TAG_NAME_RULE } from '../../tags/tag-name.js';
import { TagRelations, type RelatedTag, type TagRef } from '../../tags/tag-relations.service.js';
import { TagsService } from '../../tags/tags.service.js';
import { checkAgainst, type Model } from './model-check.js';
import { aborted, missing, refused } from './pyfarm-refusal.js';
import { reprOf, setOf } from './python-repr.js';
import { decodeBody, isFields, readFields, type SentBody } from './request-body.js';
import {
  hrefOf,
  toSingleTagWire,
  toTaggedAgentWire,
  toTagWire,
  type AgentLinkWire,
  type SingleTagWire,
  type TaggedAgentWire,
  type TagWire,
} from './tag.wire.js';

const TAG: Model = {
  columns: { id: ['int'], tag: ['str'] },
  relationships: ['agents', 'jobs', 'path_maps'],
  required: ['tag'],
};
const LARGEST_ID = 2n ** 63n - 1n;

/** PyFarm's operations on tags, in terms of ours. Texts: api/tags.py of pyfarm-master. */
@Injectable()
export class PyfarmTags {
  constructor(
    @Inject(TagsService) private readonly tags: TagsService,
    @Inject(TagRelations) private readonly relations: TagRelations,
    @Inject(AgentTags) private readonly agentTags: AgentTags,
    @Inject(InventoryAgents) private readonly agents: InventoryAgents,
  ) {}

  async list(): Promise<TagWire[]> {
    return (await this.relations.all()).map(toTagWire);
  }

  /** The tag of that name, made if there is none. */
  async create(sent: SentBody): Promise<{ tag: TagWire; created: boolean }> {
    const fields = readFields(sent);
    checkAgainst(TAG, fields);
    const name = tagNameOf(fields['tag']);
    for (const relation of TAG.relationships) {
      const given = fields[relation];
      if (given !== undefined && !(Array.isArray(given) && given.length === 0))
        throw aborted(`field ${reprOf(relation)} must be an empty list here; PUT /api/v1/tags/<tag> sets relations`);
    }
    const known = fields['id'] === undefined ? undefined : await this.relations.find({ name });
    // An id of the client's choice could be another tenant's, and would stand in the way of the counter.
    if (fields['id'] !== undefined && !known) throw aborted(`column(s) not allowed for this request: {'id'}`);
    const { tag, created } = await this.tags.ensure(name);
    return {
      tag: toTagWire((await this.relations.find({ name })) ?? { ...tag, agents: [], jobs: [] }),
      created,
    };
  }

  async get(segment: string): Promise<SingleTagWire> {
    return toSingleTagWire(await this.existing(segment, `tag \`${segment}\` not found`));
  }

  /** Puts a tag with exactly these relations in the place of whatever is there. All or nothing. */
  async replace(segment: string, sent: SentBody): Promise<TagWire> {
    const fields = readFields(sent);
    checkAgainst(TAG, fields, { ignored: ['tag'], disallowed: ['id'] });
    const ref = await this.target(segment, fields['tag']);
    const to = { agentIds: agentIdsOf(fields['agents']), jobNumbers: jobNumbersOf(fields['jobs']) };
    try {
      return toTagWire(await this.relations.replace(ref, to));
    } catch (error) {
      throw reworded(error, segment);
    }
  }

  /** Deletes a tag, if it is there, and takes it off everything. */
  async remove(segment: string): Promise<void> {
    const tag = await this.find(segment);
    if (!tag) return;
    await this.tags.delete(tag.id).catch((error: unknown) => {
      if (!(error instanceof DomainError && error.code === 'not_found')) throw error;
    });
  }

  async agentsOf(segment: string): Promise<TaggedAgentWire[]> {
    return (await this.existing(segment, `tag ${segment} not found`)).agents.map(toTaggedAgentWire);
  }

  /** Attaches a tag that is there to an agent. */
  async tagAgent(segment: string, sent: SentBody): Promise<{ link: AgentLinkWire; created: boolean }> {
    const fields = decodeBody(sent);
    const tag = await this.existing(segment, `tag ${segment} not found`);
    if (!isFields(fields)) throw refused('expected a json dictionary');
    const extra = Object.keys(fields).filter((name) => name !== 'agent_id');
    if (extra.length > 0) throw refused(`unsupported fields for this request: ${setOf(extra.map(reprOf))}`);
    const given = fields['agent_id'];
    if (given === undefined) throw refused('field `agent_id` is missing');
    if (typeof given !== 'string') throw refused('Expected a string for `agent_id`');
    const id = parseId(given);
    if (id === null) throw refused(`Expected a UUID for \`agent_id\`, got ${reprOf(given.slice(0, 80))}`);
    if ((await this.agents.find(id)) === undefined) throw missing(`agent ${given} does not exist`);
    return { link: { id, href: hrefOf(id) }, created: await this.agentTags.attach(id, tag.name) };
  }

  /** What PUT is to change. A name that is put makes the tag; a number must be that of one. */
  private async target(segment: string, name: unknown): Promise<TagRef> {
    if (!isNumber(segment)) {
      if (name !== undefined && name !== segment)
        throw refused('`tag` in data must be equal to the tag in the requested url');
      return { name: tagNameOf(segment) };
    }
    const tag = await this.existing(segment, `tag \`${segment}\` not found`);
    if (name !== undefined && name !== tag.name)
      throw refused(`tag name retrieved for ${segment} does not match tag name in request`);
    return { number: tag.number };
  }

  private async existing(segment: string, otherwise: string): Promise<RelatedTag> {
    const tag = await this.find(segment);
    if (!tag) throw missing(otherwise);
    return tag;
  }

  private async find(segment: string): Promise<RelatedTag | undefined> {
    if (isNumber(segment))
      return BigInt(segment) > LARGEST_ID ? undefined : this.relations.find({ number: BigInt(segment).toString() });
    return TAG_NAME.test(segment) ? this.relations.find({ name: segment }) : undefined;
  }
}

/** Digits are always an id: a tag named `123` cannot be addressed by its name. */
function isNumber(segment: string): boolean {
  return /^\d+$/.test(segment);
}

function tagNameOf(value: unknown): string {
  if (typeof value === 'string' && TAG_NAME.test(value)) return value;
  throw aborted(`field 'tag' has the value ${reprOf(String(value).slice(0, 80))} but a tag is ${TAG_NAME_RULE}`);
}

function agentIdsOf(value: unknown): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw refused('agents must be a list');
  const ids = value.map((id: unknown) => (typeof id === 'string' ? parseId(id) : null));
  if (ids.some((id) => id === null)) throw refused('All agent ids must be UUIDs');
  return [...new Set(ids as string[])];
}

function jobNumbersOf(value: unknown): string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw refused('jobs must be a list');
  if (!value.every((id) => Number.isSafeInteger(id))) throw refused('all job ids must be integers');
  return [...new Set((value as number[]).map(String))];
}

function reworded(error: unknown, segment: string): unknown {
  if (error instanceof MissingRelations) {
    const { agentIds, jobNumbers } = error;
    return agentIds.length > 0
      ? missing(`agent(s) not found: ${setOf(agentIds.map((id) => `UUID('${id}')`))}`)
      : missing(`job(s) not found: ${setOf(jobNumbers)}`);
  }
  const isGone = error instanceof DomainError && error.code === 'not_found';
  return isGone ? missing(`tag \`${segment}\` not found`) : error;
}
