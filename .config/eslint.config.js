/**
 * The linter: typescript-eslint's strict typed rules, and the house rules of `house-rules/`. Run from the repository root:
 * `npx eslint --config .config/eslint.config.js src test ormconfig.ts`.
 */
import path from 'node:path';
import tseslint from 'typescript-eslint';
import { housePlugin } from './house-rules/plugin.js';

const root = path.resolve(import.meta.dirname, '..');
const on = (...rules) => Object.fromEntries(rules.map((rule) => [`house/${rule}`, 'error']));
const off = (...rules) => Object.fromEntries(rules.map((rule) => [rule, 'off']));

const TESTS = ['test/**/*.ts', 'src/**/*.spec.ts'];
/** Programs that a person or a script runs and whose output is read on a terminal. */
const PRINTING = ['src/main.ts', 'src/cli/**', 'src/bin/**', 'test/bench/**'];

/** ESLint's own rules that find bugs which neither TypeScript nor its linter sees. */
const CORE = Object.fromEntries(
  [
    'no-async-promise-executor',
    'no-constant-binary-expression',
    'no-control-regex',
    'no-empty',
    'no-loss-of-precision',
    'no-misleading-character-class',
    'no-self-compare',
    'no-template-curly-in-string',
    'no-unsafe-finally',
    'no-useless-backreference',
  ].map((rule) => [rule, 'error']),
);

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/', '.data/', '**/golden/**'] },
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'ormconfig.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { house: housePlugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    rules: {
      ...on(...Object.keys(housePlugin.rules)),
      ...off('house/no-focused-or-skipped-test', 'house/no-sleep', 'house/no-entity-magic'),
      ...CORE,
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 400 }],
      'no-duplicate-imports': ['error', { allowSeparateTypeImports: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/require-array-sort-compare': ['error', { ignoreStringArrays: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': 'allow-with-description', 'ts-ignore': true, 'ts-nocheck': true },
      ],
      // A Nest module is often an empty class with a decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // Entities are rows without behaviour: nothing is lost when one is laid over another.
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Returning a void call is a matter of taste, and ends early in one line.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // An async method that awaits nothing yet keeps the contract of its interface, and turns a throw into a rejection.
      '@typescript-eslint/require-await': 'off',
      // We have no enums and no look-alike classes; these two cost a third of the time of all rules.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  { files: ['src/config/**'], rules: off('house/no-process-env') },
  { files: PRINTING, rules: off('house/no-console') },
  { files: ['src/scheduler/trigger-registry*.ts'], rules: off('house/no-second-scheduler') },
  { files: ['src/**/*.entity.ts'], rules: on('no-entity-magic') },
  // The opening comment of a module file says what its class is for (house/module-says-what-it-owns).
  { files: ['src/**/*.module.ts'], rules: off('house/document-exports') },
  { files: ['src/database/migrations/**'], rules: off('max-lines', 'house/document-exports') },
  {
    files: TESTS,
    rules: {
      ...on('no-focused-or-skipped-test', 'no-sleep'),
      // Tests start programs, and hand them an environment.
      ...off('house/no-process-env'),
      // `expect(object.method)` and a known element of a known array are what tests are made of.
      ...off('@typescript-eslint/unbound-method', '@typescript-eslint/no-non-null-assertion'),
    },
  },
  // The one place that may wait for a condition.
  { files: ['test/support/**', 'test/bench/**'], rules: off('house/no-sleep') },
);
