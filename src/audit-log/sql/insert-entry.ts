import { statement } from '../../database/statement.js';
import { insertEntry } from '../entry-part.js';

/** Writes one entry. Values in the order of the columns. No index: an insert. */
export const INSERT_ENTRY = statement('audit-log-insert', insertEntry(1));
