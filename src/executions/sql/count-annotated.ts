import { statement } from '../../database/statement.js';
import { ANNOTATED_MATCHING } from './annotated-matching.js';

/** How many executions there are in all. Parameters $1 to $17 of `listAnnotated`. Index: executions_by_job, read alone where nothing else is asked for. */
export const countAnnotated = statement('count_annotated', `SELECT count(*)::int AS total ${ANNOTATED_MATCHING}`);
