/** House rules about whole files: their names, barrels, and the reason on a disabled rule. */
import path from 'node:path';

const KEBAB_WITH_ROLE = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
const EMPTY_WORDS = /(^|[-.])(utils?|helpers?|managers?|base|common|misc|shared)($|[-.])/;

/** The file's path below the repository, with forward slashes. */
const pathOf = (context) => path.relative(context.cwd, context.filename).split(path.sep).join('/');

const fileName = {
  meta: {
    type: 'problem',
    docs: { description: 'Files are named in kebab-case after what they are responsible for.' },
    schema: [],
    messages: {
      shape: '"{{part}}" in {{path}} is not kebab-case with the role as suffix (jobs.service.ts, execution.state.ts).',
      empty:
        '"{{part}}" in {{path}} does not say what the file is responsible for: utils, helpers, manager, base and common become drawers for everything.',
    },
  },
  create: (context) => ({
    Program(node) {
      const file = pathOf(context);
      for (const part of file.replace(/\.[cm]?[jt]s$/, '').split('/')) {
        const data = { part, path: file };
        if (!KEBAB_WITH_ROLE.test(part)) context.report({ node, messageId: 'shape', data });
        if (EMPTY_WORDS.test(part)) context.report({ node, messageId: 'empty', data });
      }
    },
  }),
};

const BARREL = 'A barrel hides who depends on whom and makes cycles: import the name from the file that owns it.';

const noBarrel = {
  meta: { type: 'problem', docs: { description: BARREL }, schema: [], messages: { barrel: BARREL } },
  create(context) {
    const report = (node) => context.report({ node, messageId: 'barrel' });
    return {
      Program: (node) => /^index\.[cm]?[jt]s$/.test(path.basename(context.filename)) && report(node),
      ExportAllDeclaration: report,
      'ExportNamedDeclaration[source]': report,
    };
  },
};

const moduleSaysWhatItOwns = {
  meta: {
    type: 'suggestion',
    docs: { description: 'Every module file opens with what it owns and what it refuses to own.' },
    schema: [],
    messages: {
      missing: 'Open the file with two to six lines of comment: what this module owns, and what it refuses to own.',
    },
  },
  create: (context) => ({
    Program(node) {
      if (!context.filename.endsWith('.module.ts')) return;
      const [first] = context.sourceCode.getAllComments();
      const start = context.sourceCode.getFirstToken(node)?.range[0] ?? 0;
      if (!first || first.range[0] > start) context.report({ node, messageId: 'missing' });
    },
  }),
};

const disableNeedsReason = {
  meta: {
    type: 'problem',
    docs: { description: 'A disabled rule names itself and carries its reason on the same line.' },
    schema: [],
    messages: {
      reason: 'Say on the same line why the rule is wrong here: "eslint-disable-next-line <rule> -- <reason>".',
      name: 'Name the rule that is disabled; a bare eslint-disable hides every other finding too.',
    },
  },
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        const directive = /^\s*eslint-disable(?:-next-line|-line)?(?:\s+(?!--)([^]*?))?(?:\s+--\s*([^]*))?\s*$/.exec(
          comment.value,
        );
        if (!directive) continue;
        const [, rules = '', reason = ''] = directive;
        if (!rules.trim()) context.report({ loc: comment.loc, messageId: 'name' });
        if (!reason.trim()) context.report({ loc: comment.loc, messageId: 'reason' });
      }
    },
  }),
};

export const fileRules = {
  'file-name': fileName,
  'no-barrel': noBarrel,
  'module-says-what-it-owns': moduleSaysWhatItOwns,
  'disable-needs-reason': disableNeedsReason,
};
