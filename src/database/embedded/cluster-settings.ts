import { createHash } from 'node:crypto';
import { totalmem } from 'node:os';

const MIB = 1024 * 1024;

/**
 * A table that is more than a quarter of it is read past it at each scan, twice as long (101 MB of history: 40 to 50 instead of 80 to 100 ms of CPU time, PostgreSQL 18.4, 2026-11-22);
 * 128 MB is PostgreSQL's default. Taken up only as far as there are tables.
 */
function sharedBuffers(): string {
  const bytes = Math.min(totalmem(), process.constrainedMemory() || Infinity);
  return `${Math.min(512, Math.max(128, Math.floor(bytes / 16 / MIB)))}MB`;
}

/**
 * What differs from PostgreSQL's defaults: sized for a laptop, but as durable as a server. fsync, full_page_writes and
 * synchronous_commit stay on: an acknowledged row survives a power cut.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  max_connections: '200',
  shared_buffers: sharedBuffers(),
  fsync: 'on',
  synchronous_commit: 'on',
  max_wal_size: '1GB',
  min_wal_size: '128MB',
  checkpoint_completion_target: '0.9',
  // Queue tables turn over quickly; the default minute lets dead rows pile up.
  autovacuum_naptime: '5s',
  // Compiling costs more than it saves on short statements.
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  logging_collector: 'off',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] ',
  log_min_messages: 'warning',
};

/** The content of the settings file. Values are quoted; a later line wins, so `extra` overrides ours. */
export function settingsFile(clusterDir: string, extra: Readonly<Record<string, string>> = {}): string {
  const all = { ...SETTINGS, cluster_name: clusterName(clusterDir), ...extra };
  return [
    '# Written anew at each start. To change a setting for good use ALTER SYSTEM, which wins over this file.',
    ...Object.entries(all).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`),
    '',
  ].join('\n');
}

/** The name that every process of this server shows in `ps`; it finds those that outlive a killed postmaster. */
export function clusterName(clusterDir: string): string {
  return `carillon-${createHash('sha256').update(clusterDir).digest('hex').slice(0, 12)}`;
}
