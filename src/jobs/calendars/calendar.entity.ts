import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { CalendarEntry } from '../../calendar/exclusion-calendar.js';

/** A named set of days and hours that triggers leave out or keep to. */
@Entity('calendars')
export class Calendar {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid') tenantId: string;
  /** Unique in the tenant. */
  @Column('text') name: string;
  @Column('text') description: string;
  @Column('text') timeZone: string;
  @Column('jsonb') entries: CalendarEntry[];
  /** Grows with every edit; the ETag. */
  @Column('integer') version: number;
  @Column('text') createdBy: string;
  @Column('timestamptz') createdAt: Date;
  @Column('timestamptz') updatedAt: Date;
}
