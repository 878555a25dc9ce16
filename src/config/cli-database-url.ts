/** The database that the TypeORM CLI works on. Throws when neither variable is set: the CLI does not start an embedded database. */
export function databaseUrlForCli(env: NodeJS.ProcessEnv = process.env): string {
  const url = env.DATABASE_DIRECT_URL ?? env.DATABASE_URL;
  if (url === undefined || url === '')
    throw new Error('Set DATABASE_URL (or DATABASE_DIRECT_URL) to the database that the TypeORM CLI shall work on.');
  return url;
}
