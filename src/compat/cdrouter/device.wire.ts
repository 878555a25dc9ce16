// The device of the CDRouter Web API, after the client's schema (cdrouter.py, devices.py).
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { FoundAgent } from '../../agents/agent-search.service.js';
import { wireTime } from './wire-time.js';

const AT = '2016-04-14T11:15:54.211+00:00';

/** Texts that a device says of itself; lists have the first only, unless they are detailed. */
export const DEVICE_TEXTS = [
  ...(['description', 'default_ip', 'default_login', 'default_password', 'default_ssid', 'location'] as const),
  ...(['device_category', 'manufacturer', 'manufacturer_oui', 'model_name', 'model_number', 'product_class'] as const),
  ...(['serial_number', 'hardware_version', 'software_version', 'provisioning_code', 'note', 'mgmt_url'] as const),
  ...(['mgmt_interface', 'mgmt_addr', 'power_on_cmd', 'power_off_cmd'] as const),
] as const;
/** What is true or false of a device. */
export const DEVICE_FLAGS = ['insecure_mgmt_url', 'add_mgmt_addr'] as const;

/** A device: one of our agents. The other texts that the client knows (`location`, `model_name`, …) are there in detail. */
export class CdrouterDevice {
  @ApiProperty({ description: '`number` of the agent.', example: '12' }) id: string;
  @ApiProperty({ example: 'Device Foo' }) name: string;
  @ApiProperty({ example: '' }) description: string;
  @ApiProperty({ example: AT }) created: string;
  @ApiProperty({ example: AT }) updated: string;
  @ApiProperty({ description: 'True for a worker of this server, which says itself what it is.', example: false })
  locked: boolean;
  @ApiProperty({ description: 'Always 0.', example: '0' }) user_id: string;
  @ApiProperty({ description: 'Always 0.', example: '0' }) picture_id: string;
  @ApiProperty({ type: [String], example: ['lab'] }) tags: readonly string[];
  @ApiPropertyOptional({ type: String, example: 'Bench 3' }) location?: string;
  @ApiPropertyOptional({ type: String, example: 'E4200' }) model_name?: string;
}

/** An agent as the original prints a device. */
export function toWireDevice(agent: FoundAgent, isDetailed: boolean): CdrouterDevice {
  const { attributes } = agent;
  const text = (name: string): string => (typeof attributes[name] === 'string' ? attributes[name] : '');
  return {
    id: agent.number,
    name: agent.name,
    description: text('description'),
    created: wireTime(agent.registeredAt),
    updated: wireTime(agent.lastHeardAt),
    locked: agent.kind !== 'inventory',
    user_id: '0',
    picture_id: '0',
    tags: agent.tags,
    ...(isDetailed && {
      ...Object.fromEntries(DEVICE_TEXTS.map((name) => [name, text(name)])),
      ...Object.fromEntries(DEVICE_FLAGS.map((name) => [name, attributes[name] === true])),
    }),
  };
}
