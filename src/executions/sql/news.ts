/** Scalars for the answer of a statement with `ADMISSION`: what is to be announced when it is committed (`News`). Index: none, this is a part of statements. */
export const NEWS = '(SELECT ready FROM news) AS ready, (SELECT delayed FROM news) AS delayed';
