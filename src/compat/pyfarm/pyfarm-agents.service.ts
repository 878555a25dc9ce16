import { Inject, Injectable } from '@nestjs/common';
import { InventoryAgents, type PresentAgent } from '../../agents/inventory-agents.service.js';
import { DomainError } from '../../kernel/domain-error.js';
import { parseId } from '../../kernel/ids.js';
import { announcedId, readAgentFields } from './agent-fields.js';
import { filterAgents } from './agent-filter.js';
import { toAgentWire, toSingleAgentWire, type AgentWire, type ListedAgentWire } from './agent.wire.js';
import { peerIp } from './agent-values.js';
import { missing, refused } from './pyfarm-refusal.js';
import { readFields, type Fields, type SentBody } from './request-body.js';

/** Who announces: only PyFarm's own agents mean the address that they call from when they give none. */
export interface Peer {
  readonly userAgent: string | undefined;
  readonly address: string;
}

const PYFARM_AGENT = 'PyFarm/1.0 (agent)';

/** PyFarm's operations on agents, in terms of ours: what is announced becomes an inventory agent. */
@Injectable()
export class PyfarmAgents {
  constructor(@Inject(InventoryAgents) private readonly agents: InventoryAgents) {}

  async list(query: Readonly<Record<string, unknown>>): Promise<ListedAgentWire[]> {
    return filterAgents(await this.agents.present(), query);
  }

  /** Makes an agent or updates it; id and port together say which. */
  async announce(sent: SentBody, peer: Peer): Promise<{ agent: AgentWire; created: boolean }> {
    const fields = readFields(sent);
    const { hostname = '', port = 0, attributes } = readAgentFields(fields, { isPartial: false });
    const id = announcedId(fields);
    const said = { id, hostname, port, attributes: { ...addressOf(fields, peer), ...attributes } };
    try {
      const { created } = await this.agents.announce(said);
      return { agent: toAgentWire(await this.existing(id)), created };
    } catch (error) {
      throw reworded(error);
    }
  }

  async get(segment: string): Promise<AgentWire> {
    return toSingleAgentWire(await this.existing(segment));
  }

  async change(segment: string, sent: SentBody, peer: Peer): Promise<AgentWire> {
    const fields = readFields(sent);
    const said = readAgentFields(fields, { isPartial: true });
    const { id, attributes: known } = await this.existing(segment);
    if (fields['id'] !== undefined && announcedId(fields) !== id) throw refused('`id` cannot be changed');
    const address = known === null ? {} : addressOf(fields, peer);
    try {
      await this.agents.change(id, { ...given(said), attributes: { ...address, ...said.attributes } });
    } catch (error) {
      throw reworded(error);
    }
    return toAgentWire(await this.existing(id));
  }

  /** Forgets an agent, if there is one. */
  async remove(segment: string): Promise<void> {
    const id = parseId(segment);
    if (id === null) return;
    await this.agents.remove(id).catch((error: unknown) => {
      throw reworded(error);
    });
  }

  private async existing(segment: string): Promise<PresentAgent> {
    const id = parseId(segment);
    const agent = id === null ? undefined : await this.agents.find(id);
    if (!agent) throw missing(`Agent ${segment} not found`);
    return agent;
  }
}

function addressOf(fields: Fields, { userAgent, address }: Peer): { remote_ip?: string } {
  const ip = fields['remote_ip'] === undefined && userAgent === PYFARM_AGENT ? peerIp(address) : null;
  return ip === null ? {} : { remote_ip: ip };
}

/** Without what is absent: our services tell an absent field from an undefined one. */
function given({ hostname, port, tags }: ReturnType<typeof readAgentFields>): {
  hostname?: string;
  port?: number;
  tags?: readonly string[];
} {
  return {
    ...(hostname === undefined ? {} : { hostname }),
    ...(port === undefined ? {} : { port }),
    ...(tags === undefined ? {} : { tags }),
  };
}

/** Two agents cannot share an id, and a worker of ours is no agent of PyFarm's: PyFarm knows only 400 for what it cannot store. */
function reworded(error: unknown): unknown {
  return error instanceof DomainError && error.code === 'conflict' ? refused(error.message) : error;
}
