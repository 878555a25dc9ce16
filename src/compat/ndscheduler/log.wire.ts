/** The audit log as ndscheduler prints it. Source: contract of the ndscheduler API, section 1.4; document, "Get logs within time range". */
import { ApiProperty } from '@nestjs/swagger';

/** The events of the original. */
export const WIRE_EVENTS = ['added', 'modified', 'deleted', 'paused', 'resumed', 'custom_run'] as const;
export type WireEvent = (typeof WIRE_EVENTS)[number];

/** Who did what to a job. */
export class NdschedulerLog {
  @ApiProperty({ example: '5052939245f611e5bef70610a8516d8b' }) job_id: string;
  @ApiProperty({ example: 'Import Data Job' }) job_name: string;
  @ApiProperty({ enum: WIRE_EVENTS, example: 'custom_run' }) event: WireEvent;
  @ApiProperty({ example: 'wenbin' }) user: string;
  @ApiProperty({ example: '2015-12-19T01:20:23.843895+00:00' }) created_time: string;
  @ApiProperty({
    description: 'By event: the changes as HTML, the deleted job as JSON, the id of the execution; null otherwise.',
    nullable: true,
    type: String,
    example: 'ad9bb256a2ee11e5bbf702ba903740c3',
  })
  description: string | null;
}

/** The log of a span of time. */
export class NdschedulerLogs {
  @ApiProperty({ type: [NdschedulerLog] }) logs: NdschedulerLog[];
}

/** What somebody who has not signed in gets in the place of a log. */
export const SIGN_IN_LOG: NdschedulerLogs = {
  logs: [
    {
      job_id: '',
      job_name: '',
      event: 'modified',
      user: '',
      created_time: '',
      description: '<a href="/login">Login required!</a>',
    },
  ],
};
