/** The house rules as one ESLint plugin, `house/…`. Each is proven by `test/architecture/house-rules.test.ts`. */
import { bannedSyntax } from './banned-syntax.js';
import { documentExports } from './documentation.js';
import { fileRules } from './files.js';
import { injectedTypesAreValues } from './injected-types.js';

export const housePlugin = {
  meta: { name: 'house' },
  rules: {
    ...bannedSyntax,
    ...fileRules,
    'document-exports': documentExports,
    'injected-types-are-values': injectedTypesAreValues,
  },
};
