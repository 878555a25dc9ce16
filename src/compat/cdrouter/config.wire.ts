// The config of the CDRouter Web API, after the client's schema (cdrouter.py, configs.py).
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Profile } from '../../jobs/profiles/profile.entity.js';
import { ANNOTATION } from './package-model.js';
import { wireTime } from './wire-time.js';

const AT = '2016-04-14T11:15:54.211+00:00';

/** What this API keeps of a config beside the profile. */
export interface ConfigNotes {
  readonly tags?: readonly string[];
  readonly note?: string;
}

/** A config: one of our profiles. Lists leave out contents and note unless `detailed=true`. */
export class CdrouterConfig {
  @ApiProperty({ description: '`number` of the profile.', example: '34' }) id: string;
  @ApiProperty({ example: 'Config Foo' }) name: string;
  @ApiProperty({ example: '' }) description: string;
  @ApiProperty({ example: AT }) created: string;
  @ApiProperty({ example: AT }) updated: string;
  @ApiProperty({ example: '1' }) user_id: string;
  @ApiProperty({ type: [String], example: ['lab'] }) tags: readonly string[];
  @ApiPropertyOptional({ type: String, example: 'testvar lanInterface eth1\ntestvar wanInterface wifi0\n' })
  contents?: string;
  @ApiPropertyOptional({ type: String, example: '' }) note?: string;
}

/** What is kept of a config; of a profile that was made elsewhere, nothing. */
export function configNotesOf({ annotations }: Profile): ConfigNotes {
  return annotations[ANNOTATION] ?? {};
}

/** A profile as the original prints a config. */
export function toWireConfig(
  profile: Profile,
  users: ReadonlyMap<string, string>,
  isDetailed: boolean,
): CdrouterConfig {
  const { tags = [], note = '' } = configNotesOf(profile);
  return {
    id: profile.number,
    name: profile.name,
    description: profile.description,
    created: wireTime(profile.createdAt),
    updated: wireTime(profile.updatedAt),
    user_id: users.get(profile.createdBy) ?? '0',
    tags,
    ...(isDetailed && { contents: profile.contents, note }),
  };
}
