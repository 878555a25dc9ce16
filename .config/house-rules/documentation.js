/** House rule: every exported function, class, interface, type and enum has a doc comment. */

const DOCUMENTED = new Set([
  'FunctionDeclaration',
  'TSDeclareFunction',
  'ClassDeclaration',
  'TSInterfaceDeclaration',
  'TSTypeAliasDeclaration',
  'TSEnumDeclaration',
]);

/** Whether a type is spelled out by a documented constant: `(typeof STATES)[number]`, `keyof typeof CODES`. */
function isDerivedFromConstant(declaration) {
  if (declaration.type !== 'TSTypeAliasDeclaration') return false;
  let type = declaration.typeAnnotation;
  while (type) {
    if (type.type === 'TSTypeQuery') return true;
    type =
      type.type === 'TSIndexedAccessType'
        ? type.objectType
        : type.type === 'TSTypeOperator'
          ? type.typeAnnotation
          : null;
  }
  return false;
}

/** The first token of the declaration, decorators included: the comment stands above those. */
function firstToken(sourceCode, exported) {
  const decorators = exported.declaration.decorators ?? [];
  return [exported, ...decorators]
    .map((node) => sourceCode.getFirstToken(node))
    .sort((a, b) => a.range[0] - b.range[0])[0];
}

export const documentExports = {
  meta: {
    type: 'suggestion',
    docs: { description: 'Every exported function, class and type says what it is for, its units, ranges and errors.' },
    schema: [],
    messages: {
      missing: 'Document the exported {{name}}: what it is for, units, ranges, errors; not what its name says already.',
    },
  },
  create(context) {
    const { sourceCode } = context;
    const seen = new Set();
    return {
      'ExportNamedDeclaration[declaration], ExportDefaultDeclaration'(node) {
        if (!DOCUMENTED.has(node.declaration.type) || isDerivedFromConstant(node.declaration)) return;
        const name = node.declaration.id?.name ?? 'default';
        // Overloads, and a type beside the constant of its name, are documented once.
        if (seen.has(name)) return;
        seen.add(name);
        const comments = sourceCode.getCommentsBefore(firstToken(sourceCode, node));
        if (comments.some((comment) => comment.type === 'Block' && comment.value.startsWith('*'))) return;
        context.report({ node, messageId: 'missing', data: { name } });
      },
      'ExportNamedDeclaration > VariableDeclaration > VariableDeclarator'(node) {
        if (node.id.type === 'Identifier') seen.add(node.id.name);
      },
    };
  },
};
