import { Column, Entity, PrimaryColumn } from 'typeorm';

/** `own`: a worker of the tenant; `shared`: a worker that serves every tenant; `inventory`: an agent that is only known. */
export type HolderScope = 'own' | 'shared' | 'inventory';

/** An agent carries a tag, whatever row it has at the moment. */
@Entity('agent_tags')
export class AgentTag {
  @Column('uuid') tenantId: string;
  @PrimaryColumn('text') scope: HolderScope;
  /** What of an agent survives its restart: its name; of an in-process worker its machine; of an inventory agent its id. */
  @PrimaryColumn('text') holder: string;
  @PrimaryColumn('uuid') tagId: string;
}
