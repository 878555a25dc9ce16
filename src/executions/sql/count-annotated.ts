import { statement, type Statement } from '../../database/statement.js';
import { annotatedMatching, type AnnotatedRealm } from './annotated-matching.js';

/** How many executions there are in all. Parameters of `annotatedMatching`. Index: executions_by_job, read alone where nothing else is asked for. */
export function countAnnotated(realm: AnnotatedRealm): Statement {
  return statement('count_annotated', `SELECT count(*)::int AS total ${annotatedMatching(realm)}`);
}
