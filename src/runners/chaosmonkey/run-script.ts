/** Reads the parameters of `chaosmonkey.run_script.RunScript` and says what to run for it. Pure but for the choice of a machine. */
import { isIP } from 'node:net';
import type { ProgramTask } from '../executor/executor-protocol.js';
import { InvalidArguments } from '../invalid-arguments.js';

/** The filters of EC2 that name the address of a machine, so that nobody has to be asked for it. */
const ADDRESS_FILTERS = ['private-ip-address', 'ip-address', 'private-dns-name', 'dns-name'];
/** The original adds it to every search; of a machine that is reached by its address it says nothing. */
const STATE_FILTER = 'instance-state-name';

/**
 * Copies the script to the machine, makes it executable and runs it there. $1 user, $2 machine, $3 script here, $4 script there; the key comes
 * on the standard input, because arguments can be read by everybody on this machine. The host key of a machine that was never seen before is
 * taken as it is.
 */
const OVER_SSH = `set -eu
umask 077
key=$(mktemp)
trap 'rm -f "$key"' EXIT
trap 'exit 143' TERM INT HUP
cat >"$key"
there() {
  ssh -i "$key" -o BatchMode=yes -o IdentitiesOnly=yes -o StrictHostKeyChecking=accept-new -o ConnectTimeout=30 -l "$user" -- "$machine" "$1"
}
user=$1 machine=$2 local=$3 remote=$4
there "rm -f -- $remote && cat > $remote && chmod u+x -- $remote" <"$local"
there "$remote" </dev/null`;

/** Thrown when only AWS could tell which machines are meant. */
export class NeedsAws extends Error {
  override readonly name = 'NeedsAws';
}

/** The program that carries the script over and runs it. Throws {@link InvalidArguments} or {@link NeedsAws}. */
export function scriptTask(parameters: Readonly<Record<string, unknown>>, random: () => number): ProgramTask {
  const ssh = fieldsOf('ssh', parameters['ssh']);
  const user = text('ssh.user', ssh['user'], /^[A-Za-z_][\w.-]{0,63}$/, 'a name of a user such as ec2-user');
  const local = text('local_script', parameters['local_script'], /^[^\0]+$/, 'the path of a script on the worker');
  const remote = text('remote_script', parameters['remote_script'], /^[^\0]+$/, 'a path such as /tmp/script.sh');
  const machines = machinesOf(fieldsOf('filters', parameters['filters']));
  const machine = machines[Math.floor(random() * machines.length)] ?? '';
  return {
    kind: 'program',
    file: '/bin/sh',
    argv: ['-c', OVER_SSH, 'run-script', user, machine, local, quoted(remote)],
    cwd: null,
    stdin: keyOf(ssh['pem']),
  };
}

/** The machines that the filters name; several values of a filter are alternatives. */
function machinesOf(filters: Readonly<Record<string, unknown>>): string[] {
  const names = Object.keys(filters).filter((name) => name !== STATE_FILTER);
  const [name] = names;
  if (name === undefined || names.length > 1 || !ADDRESS_FILTERS.includes(name))
    throw new NeedsAws(
      `run_script:RunScript cannot find machines by the filters ${JSON.stringify(filters)}: that takes the AWS API, which Carillon does not ` +
        `speak. Nothing was run. Name the machine by one filter of ${ADDRESS_FILTERS.join(', ')}; or use a job of the class shell ` +
        'whose required tags choose a worker on the machine itself.',
    );
  const values: unknown[] = Array.isArray(filters[name]) ? filters[name] : [filters[name]];
  const bad = values.find((value) => !isHost(value));
  if (values.length > 0 && bad === undefined) return values as string[];
  throw new InvalidArguments(`The filter ${name} of RunScript must hold an address or a name, not ${shown(bad)}.`);
}

function isHost(value: unknown): boolean {
  return (
    typeof value === 'string' && (isIP(value) !== 0 || /^[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/.test(value))
  );
}

function keyOf(value: unknown): string {
  const key = typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : '';
  if (/^-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key)) return key.endsWith('\n') ? key : `${key}\n`;
  throw new InvalidArguments(
    'The parameter ssh.pem of RunScript must be a private key in PEM form, encoded in base64.',
  );
}

function fieldsOf(name: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new InvalidArguments(`The parameter ${name} of RunScript must be an object, not ${shown(value)}.`);
}

function text(name: string, value: unknown, form: RegExp, expected: string): string {
  if (typeof value === 'string' && form.test(value)) return value;
  throw new InvalidArguments(`The parameter ${name} of RunScript must be ${expected}, not ${shown(value)}.`);
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80);
}

/** For the shell of the other machine. */
function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
