/**
 * Connections that each pool keeps when nobody needs them. A new one has to be made and has to plan its statements anew: a run by hand on a server that had been idle for 11 s began after
 * 22 to 43 ms, and after 5 to 7 ms with these (2 cores, PostgreSQL 18.4, 2026-11-23). Two, because what is done side by side are two statements: a page and its total, a claim and ends.
 */
export const KEPT_CONNECTIONS = 2;
