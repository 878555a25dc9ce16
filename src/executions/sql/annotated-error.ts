/**
 * What an API shows as the error of a run. Most runs have none; looking into nothing 100,000 times takes a tenth of a second. Index: none, this is a
 * part of statements.
 */
export const ANNOTATED_ERROR = `CASE WHEN e.annotations IS NULL AND e.error IS NULL THEN '' ELSE coalesce(e.annotations -> $2 ->> 'error', e.error ->> 'message', '') END`;
