import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An invitation for one agent, exchanged for a credential. */
@Entity('agent_join_tokens')
export class AgentJoinToken {
  @PrimaryColumn('uuid') id: string;
  /** Null: for an agent that serves every tenant. */
  @Column('uuid', { nullable: true }) tenantId: string | null;
  @Column('text') name: string;
  /** SHA-256 in hex of the whole token, prefix included. */
  @Column('text') tokenHash: string;
  /** Its first characters, to recognise it by. */
  @Column('text') hint: string;
  @Column('text') createdBy: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') expiresAt: Date;
  @Column('timestamptz', { nullable: true }) usedAt: Date | null;
  /** SHA-256 of what the agent that used it calls itself; it may use it again for a few minutes. */
  @Column('text', { nullable: true }) instanceHash: string | null;
  @Column('uuid', { nullable: true }) credentialId: string | null;
  @Column('timestamptz', { nullable: true }) revokedAt: Date | null;
}
