/**
 * House rule: a class named in the signature of a decorated class is imported as a value. Nest reads the emitted
 * metadata; `import type` erases it, and then a body is silently not validated and a provider cannot be injected.
 * TypeScript only reports the opposite mistake (TS1272).
 */
import ts from 'typescript';

const MESSAGE =
  '{{name}} is a class, but `import type` erases it from the metadata that Nest reads: the body is not validated, the provider not injected. Import it as a value.';

/** The type annotations of constructor parameters, and of the parameters and properties that carry decorators. */
function* readByNest(classNode) {
  const isDecorated = (node) => (node.decorators?.length ?? 0) > 0;
  for (const member of classNode.body.body) {
    if (member.type === 'PropertyDefinition' && isDecorated(member)) yield member.typeAnnotation;
    if (member.type !== 'MethodDefinition') continue;
    const isRead = member.kind === 'constructor' ? isDecorated(classNode) : isDecorated(member);
    if (!isRead) continue;
    for (const param of member.value.params) {
      const plain = param.type === 'TSParameterProperty' ? param.parameter : param;
      yield plain.type === 'AssignmentPattern' ? plain.left.typeAnnotation : plain.typeAnnotation;
    }
  }
}

export const injectedTypesAreValues = {
  meta: { type: 'problem', docs: { description: MESSAGE }, schema: [], messages: { erased: MESSAGE } },
  create(context) {
    const typeImports = new Set();
    return {
      ImportDeclaration(node) {
        for (const specifier of node.specifiers) {
          if (node.importKind === 'type' || specifier.importKind === 'type') typeImports.add(specifier.local.name);
        }
      },
      'ClassDeclaration, ClassExpression'(node) {
        const services = context.sourceCode.parserServices;
        if (!services.program)
          throw new Error('house/injected-types-are-values needs typed linting (parserOptions.project).');
        const checker = services.program.getTypeChecker();
        for (const annotation of readByNest(node)) {
          const name = annotation?.typeAnnotation.typeName;
          if (name?.type !== 'Identifier' || !typeImports.has(name.name)) continue;
          const symbol = services.getSymbolAtLocation(name);
          const target = symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
          if (target && target.flags & ts.SymbolFlags.Class) {
            context.report({ node: name, messageId: 'erased', data: { name: name.name } });
          }
        }
      },
    };
  },
};
