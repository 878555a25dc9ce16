import type { Config } from '../config/config.js';
import { isLoopback } from '../config/loopback.js';
import { logFolder } from '../observability/log-streams.js';

/** What is only known once the server runs. */
export interface RunningAt {
  readonly version: string;
  readonly port: number;
  /** How the database came to be there, for a person. */
  readonly database: string;
  /** Of the first administrator, when this start made it up; it is printed this once. */
  readonly madeUpPassword?: string | null;
}

/** The lines that tell a person where everything is. `  API         http://…/api/v2` is parsed by programs that start servers. */
export function banner(config: Config, at: RunningAt): string {
  const origin = `http://${reachable(config.host)}:${at.port}`;
  const rows: [string, string][] = [['API', `${origin}/api/v2`]];
  if (config.roles.has('api')) rows.push(['Swagger UI', `${origin}/docs`]);
  rows.push(['Data', config.dataDir], ['Database', at.database], ['Logs', logFolder(config.dataDir)]);
  rows.push(['Roles', [...config.roles].join(', ')], ['Mode', modeOf(config)]);
  const credentials = config.isAuthOn ? ` -u ${config.adminUsername}` : '';
  const first = config.roles.has('api') ? ['', `Try it: curl${credentials} ${origin}/api/v2/jobs`] : [];
  if (at.madeUpPassword) {
    first.unshift(
      '',
      `First administrator: ${config.adminUsername}, password: ${at.madeUpPassword}`,
      'It is shown this once. Change it: POST /api/v2/me/password, or npm run cli -- user password.',
    );
  }
  return [
    '',
    `Carillon ${at.version} is running.`,
    '',
    ...rows.map(([name, value]) => `  ${name.padEnd(12)}${value}`),
    ...first,
    '',
  ].join('\n');
}

/** What has to be said loudly, or null: whoever reaches the port may run commands on this machine. */
export function openModeWarning(config: Config): string | null {
  if (config.isAuthOn || isLoopback(config.host)) return null;
  return `HOST is ${config.host} and AUTH is off: everyone who reaches this port can run commands on this machine, because nobody has to sign in. Set AUTH=on unless the network keeps others out.`;
}

function modeOf(config: Config): string {
  if (config.isAuthOn) return 'closed: everybody signs in (AUTH=on)';
  return isLoopback(config.host)
    ? 'open: nobody signs in, only this machine can connect'
    : `OPEN: nobody signs in, and the network can connect (HOST=${config.host}, ALLOW_OPEN_ACCESS_FROM_NETWORK=true)`;
}

/** An address that a client on this machine can use. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
