import { Column, Entity, PrimaryColumn } from 'typeorm';

/** All runs of one tenant with one tag requirement. Tags are lower case, sorted, without repeats. */
@Entity('queues')
export class Queue {
  @PrimaryColumn('integer', { insert: false }) id: number;
  @Column('uuid') tenantId: string;
  @Column('text', { array: true }) requiredTags: string[];
  @Column('text', { array: true }) excludedTags: string[];
}
