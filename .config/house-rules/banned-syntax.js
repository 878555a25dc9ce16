/**
 * House rules that ban a piece of syntax wherever it stands. One rule each, so that a folder can be exempted from one
 * without losing the others. The message is the reason.
 */

/** A rule that reports every node matching one of the esquery `selectors`. */
function ban(message, ...selectors) {
  return {
    meta: { type: 'problem', docs: { description: message }, schema: [], messages: { banned: message } },
    create: (context) =>
      Object.fromEntries(
        selectors.map((selector) => [selector, (node) => context.report({ node, messageId: 'banned' })]),
      ),
  };
}

/** Selector for the import of `name` (a name or an esquery regular expression) from the package `from`. */
const importOf = (name, from) => `ImportDeclaration[source.value="${from}"] > ImportSpecifier[imported.name=${name}]`;

const TEST_CALL = '/^(it|test|describe|suite|bench)$/';

export const bannedSyntax = {
  'no-process-env': ban(
    'Only src/config reads the environment: there it is typed, checked at start and listed by --help. Inject the setting instead.',
    'MemberExpression[object.name="process"][property.name="env"]',
    'MemberExpression[object.name="process"][property.value="env"]',
    'MemberExpression[object.property.name="process"][property.name="env"]',
    'VariableDeclarator[init.name="process"] > ObjectPattern > Property[key.name="env"]',
    'ImportDeclaration[source.value=/^(node:)?process$/] > ImportSpecifier[imported.name="env"]',
  ),
  'no-console': ban(
    'A server’s output is its log: use the logger, which carries the request id and a level. Only cli, main, bin and bench print.',
    'MemberExpression[object.name="console"]',
    'ImportDeclaration[source.value=/^(node:)?console$/]',
  ),
  'no-request-scope': ban(
    'A request-scoped provider is rebuilt, with all that depends on it, for every request. The caller stands in src/context.',
    'MemberExpression[object.name="Scope"][property.name="REQUEST"]',
    importOf('"REQUEST"', '@nestjs/core'),
  ),
  'no-forward-ref': ban(
    'forwardRef hides a circle between two modules: the layering is wrong. Move what both need one layer down.',
    importOf('"forwardRef"', '@nestjs/common'),
    'CallExpression[callee.property.name="forwardRef"]',
  ),
  'no-module-ref': ban(
    'A look-up through ModuleRef is a dependency that no constructor shows. Inject the class.',
    importOf('/^(ModuleRef|LazyModuleLoader)$/', '@nestjs/core'),
  ),
  'no-http-exception': ban(
    'Throw DomainError with a code: one table per API turns codes into statuses, and services are used without HTTP too.',
    // To recognise Nest's own is no harm: that is how they are translated. To make one is.
    importOf('/^(?!HttpException$).*Exception$/', '@nestjs/common'),
    `${importOf('"HttpException"', '@nestjs/common')}[local.name!="HttpException"]`,
    'NewExpression[callee.name="HttpException"]',
    ':matches(ClassDeclaration, ClassExpression)[superClass.name="HttpException"]',
  ),
  'no-second-scheduler': ban(
    'Only src/scheduler/trigger-registry uses SchedulerRegistry, and no decorator starts a timer: rows are truth, timers are hints.',
    importOf('/^(SchedulerRegistry|Cron|Interval|Timeout)$/', '@nestjs/schedule'),
  ),
  'no-synchronize': ban(
    'The schema changes through migrations only. synchronize and dropSchema can destroy a customer’s data at start.',
    'Property[key.name=/^(synchronize|dropSchema)$/][value.value!=false]',
    'CallExpression[callee.property.name="synchronize"]',
  ),
  'no-entity-magic': ban(
    'Eager relations and cascades read and write rows that nobody asked for. Name the rows in the service.',
    'Property[key.name=/^(eager|cascade)$/][value.value!=false]',
  ),
  'no-focused-or-skipped-test': ban(
    'A focused test hides the others, a skipped one rots. Fix it or delete it; where a machine cannot run it use skipIf, which says why.',
    `MemberExpression[object.name=${TEST_CALL}][property.name=/^(only|skip|todo|fails)$/]`,
    `MemberExpression[object.object.name=${TEST_CALL}][property.name=/^(only|skip|todo|fails)$/]`,
    `CallExpression[callee.name=${TEST_CALL}] > ObjectExpression > Property[key.name=/^(only|skip|todo|fails)$/]`,
    'CallExpression[callee.name=/^(fit|fdescribe|xit|xtest|xdescribe)$/]',
    'CallExpression[callee.object.name=/^(ctx|context|task)$/][callee.property.name="skip"]',
  ),
  'no-sleep': ban(
    'A test that sleeps is slow and still fails at times. Wait for a signal, or for a condition with a deadline (test/support/until.ts).',
    'ImportDeclaration[source.value=/^(node:)?timers.promises$/] > ImportSpecifier[imported.name="setTimeout"]',
    'NewExpression[callee.name="Promise"] > :function > CallExpression.body[callee.name="setTimeout"][arguments.0.type="Identifier"]',
    'NewExpression[callee.name="Promise"] > :function > BlockStatement > ExpressionStatement > CallExpression[callee.name="setTimeout"][arguments.0.type="Identifier"]',
  ),
};
