/** Variables that hold a secret of the server. The last ones are read by the PostgreSQL driver. */
const SECRETS = ['DATABASE_URL', 'DATABASE_DIRECT_URL', 'ADMIN_PASSWORD', 'AGENT_TOKEN', 'PGPASSWORD', 'PGPASSFILE'];
/** Set by the server for each run; nobody else may. */
const RESERVED_PREFIX = 'CARILLON_';

/**
 * The environment of child processes: the variables of `env` that are named. `problems` are the names that must not be: those of our
 * secrets, those whose value is one of our secrets under another name, and those that the server itself sets.
 */
export function childEnvironment(
  names: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): { variables: Record<string, string>; problems: string[] } {
  const secretValues = new Set(SECRETS.flatMap((name) => env[name] || []));
  const variables: Record<string, string> = {};
  const problems: string[] = [];
  for (const name of names) {
    const value = env[name];
    if (name.startsWith(RESERVED_PREFIX)) {
      problems.push(`CHILD_ENV: ${name} is set by the server for each run; take it from the list`);
    } else if (SECRETS.includes(name)) {
      problems.push(
        `CHILD_ENV: ${name} holds a secret of the server, which jobs must not see; take it from the list and give jobs credentials of their own`,
      );
    } else if (value !== undefined && secretValues.has(value)) {
      problems.push(
        `CHILD_ENV: ${name} has the value of a secret of the server (${SECRETS.find((secret) => env[secret] === value) ?? ''}), which jobs must not see; take it from the list`,
      );
    } else if (value !== undefined) variables[name] = value;
  }
  return { variables, problems };
}
