import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row: up to which number executions are in `execution_counts`. */
@Entity('counting_mark')
export class CountingMark {
  @PrimaryColumn('boolean') isOnly: true;
  @Column('bigint') countedThrough: string;
  /** Up to this number they are to be counted next. Null: not chosen yet. */
  @Column('bigint', { nullable: true }) nextThrough: string | null;
  /** Transactions that began before this one may still bring executions with such numbers. Null: not looked at yet. */
  @Column('bigint', { nullable: true }) nextAfter: string | null;
}
