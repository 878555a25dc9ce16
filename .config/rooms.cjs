/**
 * The rooms of `src/`, bottom to top. This list is the layering: the import rules and the architecture tests are derived
 * from it. A new room is one line here.
 *
 * A room may import the rooms of lower layers and its neighbours in the same layer (never in a circle). `only` narrows
 * that to the rooms named; `never` lists npm packages that the room must not import, as regular expressions. `owns` is
 * the reason that is printed when the rule is broken.
 *
 * @typedef {{ name: string, owns: string, only?: string[], never?: string[] }} Room
 * @type {Room[][]}
 */
const LAYERS = [
  [
    { name: 'kernel', only: [], owns: 'errors, clock, ids, pagination: a closed list that imports nothing of ours' },
    { name: 'config', only: ['kernel'], owns: 'the typed environment, parsed once, before anything else exists' },
    { name: 'context', owns: 'the one AsyncLocalStorage with request id, principal and tenant' },
  ],
  [
    { name: 'database', owns: 'connections, tenant door, transactions and migrations; it knows no feature' },
    { name: 'observability', owns: 'health, metrics and logging; features register with it, it never asks them' },
  ],
  [
    { name: 'audit-log', owns: 'who did what; every feature above writes to it' },
    {
      name: 'http',
      owns: 'what the controllers of the native API share: idempotency, errors, pages; it knows no feature',
    },
  ],
  [
    { name: 'auth', owns: 'who is calling and what they may do' },
    { name: 'tenancy', owns: 'tenants; jobs belong to them, not the other way round' },
  ],
  [
    { name: 'tags', owns: 'labels that jobs and agents carry; it need not know what carries them' },
    { name: 'agents', owns: 'where runs can happen; it need not know what runs' },
  ],
  [
    { name: 'calendar', only: ['kernel'], never: ['@nestjs', 'typeorm', 'pg'], owns: 'pure schedule arithmetic' },
    {
      name: 'attempts',
      only: ['kernel', 'runners'],
      never: ['typeorm', 'pg'],
      owns: 'the life of one attempt within a worker, in this process or far from the database',
    },
    { name: 'runners', only: ['kernel'], never: ['typeorm', 'pg'], owns: 'running one attempt, without a database' },
  ],
  [{ name: 'jobs', owns: 'what to run and when; it must not know that runs exist' }],
  [{ name: 'executions', owns: 'one occurrence each; who fires and who runs them is decided above' }],
  [
    { name: 'scheduler', owns: 'turning due triggers into executions' },
    { name: 'dispatch', owns: 'turning executions into runs on agents' },
    { name: 'fleet', owns: 'the same for agents on other machines, over HTTP' },
    { name: 'housekeeping', owns: 'when old things go away; what may go is decided by the rooms that own it' },
  ],
  [
    { name: 'compat', owns: 'other systems’ wire shapes over our services; nothing of ours depends on them' },
    { name: 'dashboard', owns: 'the web page; a client of the services like any other' },
    {
      name: 'remote-agent',
      only: ['kernel', 'config', 'agents', 'runners', 'attempts'],
      never: ['typeorm', 'pg'],
      owns: 'the program that runs jobs on another machine; all that it knows of the server is the protocol',
    },
    { name: 'cli', owns: 'the command line; a client of the services like any other' },
  ],
];

/** Folders of `src/` that belong to the app itself, on top of every room, beside `src/*.ts`. */
const APP_FOLDERS = ['bin'];

module.exports = { LAYERS, APP_FOLDERS };
