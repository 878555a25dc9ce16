import { statement } from '../../database/statement.js';

/** Tells the workers of all replicas that tags were attached or taken off. No index: it reads nothing. */
export const TELL_WORKERS = statement('labels-tell-workers', `SELECT pg_notify('carillon_labels', '')`);
