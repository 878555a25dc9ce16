// The user of the CDRouter Web API, after the client's schema (cdrouter.py, users.py).
import { ApiProperty } from '@nestjs/swagger';

/** Who has signed in. */
export class CdrouterUser {
  @ApiProperty({ example: '1' }) id: string;
  @ApiProperty({ example: 'admin' }) name: string;
  @ApiProperty({ example: '' }) description: string;
  @ApiProperty({ description: 'May act for every tenant.', example: true }) admin: boolean;
  @ApiProperty({ example: false }) disabled: boolean;
  @ApiProperty({ description: 'To be sent as `Authorization: Bearer`; ends with the session.', example: 'hVv7m2…' })
  token: string;
}
