import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A job carries a tag. */
@Entity('job_tags')
export class JobTag {
  @Column('uuid') tenantId: string;
  @PrimaryColumn('uuid') jobId: string;
  @PrimaryColumn('uuid') tagId: string;
}
