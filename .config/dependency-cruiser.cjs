/**
 * The import rules of the house, run by `npm run imports`. The layering comes from the list in `rooms.cjs`; each rule
 * carries its reason, and `test/architecture/import-rules.test.ts` proves that each one bites.
 */
const { LAYERS } = require('./rooms.cjs');

const anyOf = (names) => `(${names.join('|')})`;
const npmPackages = (patterns) => `(^|/)node_modules/(@types/)?${anyOf(patterns)}(/|$)`;

/** For each room: everything in `src/` that is neither the room itself nor below it nor beside it is out of reach. */
const layering = LAYERS.flatMap((layer, height) =>
  layer.flatMap((room) => {
    const reachable = room.only ?? LAYERS.slice(0, height + 1).flatMap((rooms) => rooms.map(({ name }) => name));
    const rules = [
      {
        name: `layer-${room.name}`,
        severity: 'error',
        comment: `${room.name} owns ${room.owns}. It may import: ${reachable.join(', ') || 'nothing of ours'}.`,
        from: { path: `^src/${room.name}/` },
        to: { path: '^src/', pathNot: `^src/${anyOf([room.name, ...reachable])}/` },
      },
    ];
    if (room.never) {
      rules.push({
        name: `packages-${room.name}`,
        severity: 'error',
        comment: `${room.name} owns ${room.owns}. It stays free of these packages: ${room.never.join(', ')}.`,
        from: { path: `^src/${room.name}/` },
        to: { path: npmPackages(room.never) },
      });
    }
    return rules;
  }),
);

const dialects = [
  {
    name: 'dialects-own-no-data',
    severity: 'error',
    comment:
      'A dialect owns wire shapes, not tables or rules: it calls services, never the database or its statements.',
    from: { path: '^src/compat/[^/]+/' },
    to: { path: ['^src/database/', '^src/.+/sql/'] },
  },
  {
    name: 'dialects-do-not-schedule',
    severity: 'error',
    comment: 'When and where something runs is decided once for all APIs: a dialect asks a service for it.',
    from: { path: '^src/compat/[^/]+/' },
    to: { path: '^src/(scheduler|dispatch)/' },
  },
  {
    name: 'dialects-stay-apart',
    severity: 'error',
    comment:
      'Each dialect follows another system. Two that share code can no longer follow theirs; what they do share is a service.',
    from: { path: '^src/compat/([^/]+)/' },
    to: { path: '^src/compat/[^/]+/', pathNot: '^src/compat/$1/' },
  },
];

const structure = [
  {
    name: 'no-cycles',
    severity: 'error',
    comment:
      'Files in a circle cannot be understood, tested or loaded on their own; decorators then see undefined classes.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-room-cycles',
    severity: 'error',
    comment: 'Two rooms of one layer may import one another in one direction only, else they are one room.',
    scope: 'folder',
    from: { path: '^src/[^/]+$' },
    to: { path: '^src/[^/]+$', circular: true },
  },
  {
    name: 'no-orphans',
    severity: 'error',
    comment: 'Nothing imports this file and it imports nothing: wire it up or delete it.',
    from: {
      orphan: true,
      path: '^src/',
      pathNot: ['^src/main\\.ts$', '^src/bin/', '-main\\.ts$', '\\.spec\\.ts$', '\\.d\\.ts$'],
    },
    to: {},
  },
  {
    name: 'product-never-imports-tests',
    severity: 'error',
    comment: 'Tests are not shipped; what both need belongs to the product.',
    from: { path: '^(src/|ormconfig\\.ts$)' },
    to: { path: '^test/' },
  },
  {
    name: 'no-index',
    severity: 'error',
    comment: 'A barrel hides who depends on whom and makes cycles; import the file that owns the name.',
    from: {},
    to: { path: ['^(src|test)/index\\.[cm]?[jt]s$', '^(src|test)/.+/index\\.[cm]?[jt]s$'] },
  },
  {
    name: 'sql-stays-home',
    severity: 'error',
    comment: 'A table has one owning module. Others call its service, so that its invariants hold.',
    from: { path: '^src/([^/]+)' },
    to: { path: '^src/.+/sql/', pathNot: '^src/$1/' },
  },
  {
    name: 'one-user-of-scheduler-registry',
    severity: 'error',
    comment: 'Only the trigger registry arms timers (one per due instant); a second user would fire past the database.',
    from: {
      path: '^src/',
      pathNot: [
        '^src/scheduler/trigger-registry[^/]*$',
        '^src/scheduler/scheduler\\.module\\.ts$',
        '^src/app\\.module\\.ts$',
      ],
    },
    to: { path: npmPackages(['@nestjs/schedule']) },
  },
];

const packages = [
  {
    name: 'not-to-dev-dependency',
    severity: 'error',
    comment: 'A production install has no devDependencies; move the package to dependencies or do without it.',
    from: { path: '^(src/|ormconfig\\.ts$)', pathNot: '\\.spec\\.ts$' },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: '(^|/)node_modules/@types/' },
  },
  {
    name: 'no-undeclared-package',
    severity: 'error',
    comment: 'The package is here only because another one brought it; name it in package.json or do without it.',
    from: { path: '^(src|test)/' },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'no-unresolvable',
    severity: 'error',
    comment: 'The import leads nowhere: a misspelt path, or a package that is not installed.',
    from: {},
    to: { couldNotResolve: true },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [...layering, ...dialects, ...structure, ...packages],
  options: {
    doNotFollow: { path: ['(^|/)node_modules/'] },
    // The peers of the bench are installed apart from the product, or not at all.
    exclude: { path: ['^dist/', '^test/bench/(node_modules|peers)/'] },
    tsConfig: { fileName: 'tsconfig.json' },
    // An import of a type is a dependency too: without this, layering could be broken by types alone.
    tsPreCompilationDeps: 'specify',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
    combinedDependencies: false,
    skipAnalysisNotInRules: true,
  },
};
