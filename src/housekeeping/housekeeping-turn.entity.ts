import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When a task of the whole installation is to be done next. The replica that moves `nextAt` on does it. */
@Entity('housekeeping')
export class HousekeepingTurn {
  @PrimaryColumn('text') task: string;
  @Column('timestamptz') nextAt: Date;
  @Column('timestamptz') lastBegunAt: Date;
}
