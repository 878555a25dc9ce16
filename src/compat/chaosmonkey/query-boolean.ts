/** Words that the original takes for true in a query; everything else, empty text included, is false (contract, 2.2). */
const TRUE_WORDS = ['true', 'yes', 'on', 'y', '1'];

/** Whether a query parameter says true. Of a repeated one the first counts, as in Flask. */
export function queryBoolean(value: unknown): boolean {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' && TRUE_WORDS.includes(first.toLowerCase());
}
