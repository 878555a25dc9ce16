import { Inject, Injectable } from '@nestjs/common';
import { AgentSearch, type FoundAgent } from '../../agents/agent-search.service.js';
import { InventoryAgents } from '../../agents/inventory-agents.service.js';
import type { RawBody } from '../../http/raw-body.js';
import { Clock } from '../../kernel/clock.js';
import { DomainError } from '../../kernel/domain-error.js';
import { newId } from '../../kernel/ids.js';
import { BodyFields, readId } from './body-fields.js';
import { DEVICE_FLAGS, DEVICE_TEXTS, toWireDevice, type CdrouterDevice } from './device.wire.js';
import { enveloped, type Envelope, type ListEnvelope } from './envelope.wire.js';
import { column, member, type FieldTable } from './field-table.js';
import { present } from './job-options.js';
import { readListQuery, type Query } from './list-query.js';
import { readName, readTags } from './package-input.js';
import { linksOf, offsetOf } from './paging.js';
import { badField, noSuch } from './refusals.js';

const LONGEST_TEXT = 4_000;

const FIELDS: FieldTable = {
  id: column('number', 'number'),
  name: column('name', 'text'),
  created: column('registeredAt', 'instant'),
  updated: column('lastHeardAt', 'instant'),
  tags: column('tags', 'texts'),
  ...Object.fromEntries(DEVICE_TEXTS.map((name) => [name, member('text', name)])),
  ...Object.fromEntries(DEVICE_FLAGS.map((name) => [name, member('boolean', name)])),
};

/** Devices are agents: those that were made here are known only, never given work; the workers of this server are listed beside them. */
@Injectable()
export class CdrouterDevices {
  constructor(
    @Inject(AgentSearch) private readonly search: AgentSearch,
    @Inject(InventoryAgents) private readonly agents: InventoryAgents,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** Throws `invalid_input`. */
  async list(query: Query): Promise<ListEnvelope<CdrouterDevice>> {
    const { search, isDetailed, ...paging } = readListQuery(query, FIELDS);
    const offset = offsetOf(paging);
    const cut = offset === null ? { offset: 0, limit: 0 } : { offset, limit: paging.limit };
    const { rows, total } = await this.search.search({ ...search, ...cut });
    const data = rows.map((agent) => toWireDevice(agent, isDetailed));
    return { ...enveloped(data, this.clock.now()), links: linksOf(paging, total) };
  }

  /** Throws `not_found`. */
  async get(id: string): Promise<Envelope<CdrouterDevice>> {
    return this.answer(await this.find(id));
  }

  /** Throws `invalid_input`; then nothing is stored. */
  async create(body: RawBody | null | undefined): Promise<Envelope<CdrouterDevice>> {
    const { name, tags, attributes } = readDevice(BodyFields.of(body));
    if (name === undefined) throw badField('name', null, 'the name of the device');
    const id = newId();
    await this.agents.announce({ id, hostname: name, port: null, attributes }, tags);
    return this.answer(await this.findById(id));
  }

  /** Changes what the body holds; null leaves what is there. Throws `not_found`, `invalid_input`, and `conflict` for a worker of this server. */
  async edit(id: string, body: RawBody | null | undefined): Promise<Envelope<CdrouterDevice>> {
    const agent = await this.find(id);
    const { name, tags, attributes } = readDevice(BodyFields.of(body));
    if (agent.kind !== 'inventory') throw locked(agent);
    await this.agents.change(agent.id, { ...(name !== undefined && { hostname: name }), attributes, tags });
    return this.answer(await this.findById(agent.id));
  }

  /** Throws `not_found`, and `conflict` for a worker of this server. */
  async delete(id: string): Promise<void> {
    const agent = await this.find(id);
    if (agent.kind !== 'inventory') throw locked(agent);
    if (!(await this.agents.remove(agent.id))) throw noSuch('device');
  }

  private async find(id: string): Promise<FoundAgent> {
    const number = readId(id);
    if (number === null) throw noSuch('device');
    return this.one('number', number);
  }

  private findById(id: string): Promise<FoundAgent> {
    return this.one('id', id);
  }

  private async one(name: 'number' | 'id', value: string): Promise<FoundAgent> {
    const conditions = [{ field: { column: name }, operator: 'in' as const, value: [value] }];
    const { rows } = await this.search.search({ conditions, isUnion: false, sort: [], offset: 0, limit: 1 });
    if (rows[0] === undefined) throw noSuch('device');
    return rows[0];
  }

  private answer(agent: FoundAgent): Envelope<CdrouterDevice> {
    return enveloped(toWireDevice(agent, true), this.clock.now());
  }
}

function readDevice(fields: BodyFields) {
  const texts = Object.fromEntries(DEVICE_TEXTS.map((name) => [name, fields.text(name, LONGEST_TEXT)]));
  const flags = Object.fromEntries(DEVICE_FLAGS.map((name) => [name, fields.flag(name)]));
  return { name: readName(fields), tags: readTags(fields), attributes: present({ ...texts, ...flags }) };
}

function locked({ name }: FoundAgent): DomainError {
  return new DomainError(
    'conflict',
    `device ${JSON.stringify(name)} is a worker of this server, which says itself what it is`,
  );
}
