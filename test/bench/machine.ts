import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { BENCH, ROOT } from './places.js';

/** The installed version of a peer, or null when it is not installed. */
export function peerVersion(name: string): string | null {
  try {
    const manifest = readFileSync(join(BENCH, 'node_modules', name, 'package.json'), 'utf8');
    return (JSON.parse(manifest) as { version: string }).version;
  } catch {
    return null;
  }
}

/** A warning when more wanted to run than the machine has processors, else nothing. */
export function busyWarning(when: string): string[] {
  const [load = 0] = loadavg();
  if (load <= cpus().length) return [];
  return [
    `- **The machine was busy ${when}** (load ${load.toFixed(1)} on ${cpus().length} processors): no rate or latency below counts`,
  ];
}

/** Lines that say where and with what a result came about. */
export function circumstances(database: string, redis: string | null): string[] {
  const own = createRequire(import.meta.url)(join(ROOT, 'package.json')) as { version: string };
  const { dependencies } = JSON.parse(readFileSync(join(BENCH, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const peers = Object.keys(dependencies).map((name) => `${name} ${peerVersion(name) ?? '(not installed)'}`);
  const [cpu] = cpus();
  return [
    `- ${new Date().toISOString()}, load ${loadavg()
      .map((load) => load.toFixed(2))
      .join(' ')} at the start`,
    `- ${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()} ${release()}, Node ${process.version}`,
    `- ${database}`,
    `- ${redis ?? 'no Redis'}`,
    `- Carillon ${own.version}; ${peers.join(', ')}`,
  ];
}
