import { cdrouterDialect } from './cdrouter/cdrouter.dialect.js';
import { chaosmonkeyDialect } from './chaosmonkey/chaosmonkey.dialect.js';
import { cloudifyDialect } from './cloudify/cloudify.dialect.js';
import type { Dialect } from './dialect.js';
import { NDSCHEDULER } from './ndscheduler/ndscheduler.dialect.js';
import { pyfarmDialect } from './pyfarm/pyfarm.dialect.js';

/** The systems whose APIs are served beside our own. The first that claims a path gets it. */
export const DIALECTS: readonly Dialect[] = [
  cdrouterDialect,
  chaosmonkeyDialect,
  cloudifyDialect,
  NDSCHEDULER,
  pyfarmDialect,
];
