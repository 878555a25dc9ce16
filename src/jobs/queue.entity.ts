import { Column, Entity, PrimaryColumn } from 'typeorm';

/** All runs of one tenant with the same requirements. Tags are lower case; all lists are sorted, without repeats. */
@Entity('queues')
export class Queue {
  @PrimaryColumn('integer', { insert: false }) id: number;
  @Column('uuid') tenantId: string;
  @Column('text', { array: true }) requiredTags: string[];
  @Column('text', { array: true }) excludedTags: string[];
  /** What a run of this queue has for itself on its agent. */
  @Column('text', { array: true }) interfaces: string[];
  /** Clients drive its runs; no worker is told of it. */
  @Column('boolean') isExternal: boolean;
}
