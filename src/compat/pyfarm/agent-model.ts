// The columns of PyFarm's agents and what they may hold, after pyfarm.models.agent and pyfarm.core.enums.
import type { Model } from './model-check.js';

/** What PyFarm checks requests about agents against. */
export const AGENT: Model = {
  columns: {
    id: ['str'],
    hostname: ['str'],
    notes: ['str'],
    remote_ip: ['str', 'NoneType'],
    use_address: ['str', 'int'],
    ram: ['int'],
    free_ram: ['int'],
    cpus: ['int'],
    cpu_name: ['str', 'NoneType'],
    port: ['int'],
    state: ['str', 'int'],
    ram_allocation: ['float'],
    cpu_allocation: ['float'],
    version: ['str', 'NoneType'],
    upgrade_to: ['str', 'NoneType'],
    restart_requested: ['bool'],
    time_offset: ['int'],
    os_class: ['str', 'NoneType'],
    os_fullname: ['str', 'NoneType'],
    last_heard_from: ['str', 'NoneType'],
    last_polled: ['str', 'NoneType'],
    last_success_on: ['str', 'NoneType'],
  },
  relationships: ['tags', 'mac_addresses', 'gpus', 'disks', 'current_assignments', 'farm_name'],
  required: ['hostname', 'ram', 'free_ram', 'cpus', 'port'],
};

/** Columns as `GET /agents/schema` names their types. */
export const AGENT_SCHEMA = {
  id: 'UUID',
  hostname: 'VARCHAR(255)',
  notes: 'TEXT',
  remote_ip: 'IPv4Address',
  use_address: 'INTEGER',
  ram: 'INTEGER',
  free_ram: 'INTEGER',
  cpus: 'INTEGER',
  cpu_name: 'VARCHAR',
  port: 'INTEGER',
  state: 'INTEGER',
  ram_allocation: 'FLOAT',
  cpu_allocation: 'FLOAT',
  version: 'VARCHAR',
  upgrade_to: 'VARCHAR',
  restart_requested: 'BOOLEAN',
  time_offset: 'INTEGER',
  os_class: 'VARCHAR',
  os_fullname: 'VARCHAR',
  last_heard_from: 'DATETIME',
  last_polled: 'DATETIME',
  last_success_on: 'DATETIME',
} as const;

/** Least and greatest value of the columns that are bounded: `ram` and `free_ram` in MiB. */
export const RANGES: Readonly<Record<string, readonly [least: number, most: number]>> = {
  port: [1024, 65_535],
  cpus: [1, 256],
  ram: [16, 262_144],
  free_ram: [0, 262_144],
  ram_allocation: [0, 1_000],
  cpu_allocation: [0, 1_000],
  time_offset: [-(2 ** 31), 2 ** 31 - 1],
};

/** Names of enumerated columns; the database of the original numbers them on from `first`. */
export const ENUMS: Readonly<Record<string, { readonly first: number; readonly names: readonly string[] }>> = {
  state: { first: 200, names: ['disabled', 'offline', 'online', 'running'] },
  use_address: { first: 311, names: ['local', 'remote', 'hostname', 'passive'] },
};

/** What a new agent has that says nothing about it. */
export const AGENT_DEFAULTS: Readonly<Record<string, unknown>> = {
  notes: '',
  remote_ip: null,
  use_address: 'remote',
  ram: null,
  free_ram: null,
  cpus: null,
  cpu_name: null,
  state: 'online',
  ram_allocation: 0.8,
  cpu_allocation: 1,
  version: null,
  upgrade_to: null,
  restart_requested: false,
  time_offset: 0,
  os_class: null,
  os_fullname: null,
  last_polled: null,
  last_success_on: null,
};
