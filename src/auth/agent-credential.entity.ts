import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What one agent on another machine signs its requests with, over all its lives. */
@Entity('agent_credentials')
export class AgentCredential {
  @PrimaryColumn('uuid') id: string;
  /** Null: its agent serves every tenant. */
  @Column('uuid', { nullable: true }) tenantId: string | null;
  /** Of the agent, when it came. */
  @Column('text') name: string;
  /** SHA-256 in hex of the whole token, prefix included. */
  @Column('text') tokenHash: string;
  @Column('text') createdBy: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz', { nullable: true }) revokedAt: Date | null;
}
