import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesIn, read, ROOT } from './repository.js';

/** The rooms that the customer wants as a Nest module each, with its controller, service and TypeORM entity. */
const FEATURE_ROOMS = ['jobs', 'executions', 'tags', 'agents', 'audit-log'];

/** The names of the classes that `file` exports. */
function exportedClasses(file: string): string[] {
  return [...read(file).matchAll(/^export (?:abstract )?class (\w+)/gm)].flatMap(([, name]) => name ?? []);
}

/** The text between the brackets of `property: [ … ]` in every module file. */
function listedInModules(property: string): string {
  const lists = filesIn('src', '.module.ts').flatMap((file) => [
    ...read(file).matchAll(new RegExp(`\\b${property}:\\s*\\[([^\\]]*)\\]`, 'g')),
  ]);
  return lists.map(([, names]) => names ?? '').join(',');
}

describe.each(FEATURE_ROOMS)('src/%s', (room) => {
  it.each(['module', 'controller', 'service', 'entity'])('has a %s', (role) => {
    const folder = path.join(ROOT, 'src', room);
    const files = existsSync(folder) ? readdirSync(folder) : [];
    const ofRole = files.filter((file) => file.endsWith(`.${role}.ts`));
    expect(ofRole, `src/${room} needs a *.${role}.ts`).not.toEqual([]);
    const decorator =
      { module: '@Module(', controller: '@Controller(', service: '@Injectable(', entity: '@Entity(' }[role] ?? '';
    expect(
      ofRole.filter((file) => read(`src/${room}/${file}`).includes(decorator)),
      `${decorator}…) in src/${room}/*.${role}.ts`,
    ).not.toEqual([]);
  });
});

it('every controller belongs to a module', () => {
  const registered = new Set(listedInModules('controllers').match(/\w+/g));
  const controllers = filesIn('src', '.controller.ts').flatMap((file) =>
    exportedClasses(file).map((name) => ({ file, name })),
  );
  expect(controllers.length).toBeGreaterThan(0);
  expect(controllers.filter(({ name }) => !registered.has(name))).toEqual([]);
});

it('every entity is in the list of entities', () => {
  const listed = new Set(/ENTITIES\b[^[]*\[([^\]]*)\]/.exec(read('src/app.entities.ts'))?.[1]?.match(/\w+/g));
  const entities = filesIn('src', '.entity.ts')
    .filter((file) => read(file).includes('@Entity('))
    .flatMap(exportedClasses);
  expect(entities.filter((name) => !listed.has(name))).toEqual([]);
});
