import { Column, Entity, PrimaryColumn } from 'typeorm';

/** `online` takes work, `draining` finishes what it has, `offline` left in good order, `lost` fell silent for longer than its lease. */
export type AgentState = 'online' | 'draining' | 'offline' | 'lost';

/** Something that runs executions: a server process with the role `worker`, or a remote machine. */
@Entity('agents')
export class Agent {
  @PrimaryColumn('uuid') id: string;
  /** Integer id for clients that need one. */
  @Column({ type: 'bigint', insert: false, update: false }) number: string;
  /** Null: it serves every tenant. */
  @Column('uuid', { nullable: true }) tenantId: string | null;
  @Column('text') name: string;
  @Column('text') kind: 'embedded' | 'remote';
  @Column('text') hostname: string;
  @Column('integer', { nullable: true }) port: number | null;
  @Column('integer', { nullable: true }) pid: number | null;
  /** Tells a living process from a later one with the same pid; see `processIdentity`. */
  @Column('text', { nullable: true }) processIdentity: string | null;
  /** How many runs it executes at the same time. */
  @Column('integer') slots: number;
  @Column('text', { array: true }) tags: string[];
  /** What an agent on another machine signs its requests with; null in this process. */
  @Column('uuid', { nullable: true }) credentialId: string | null;
  /** Of its program, as it says. */
  @Column('text', { nullable: true }) version: string | null;
  /** Such as `linux x64`, as it says. */
  @Column('text', { nullable: true }) platform: string | null;
  @Column('text') state: AgentState;
  @Column('integer') leaseMs: number;
  @Column('timestamptz') registeredAt: Date;
  @Column('timestamptz') lastHeartbeatAt: Date;
  @Column('timestamptz', { nullable: true }) endedAt: Date | null;
}
