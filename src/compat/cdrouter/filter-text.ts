/** Operators of the filter language, in the order in which they are tried: a longer one goes before its beginning. */
export const FILTER_OPERATORS = [
  ...(['!~*', '~*', '!~', '!=', '<=', '>=', '<@', '@>', '&&', '~', '<', '>', '='] as const),
] as const;
export type FilterOperator = (typeof FILTER_OPERATORS)[number];

/** `name~*^dhcp`, taken apart. The value is as it was sent. */
export interface FilterText {
  /** Dots lead into nested fields. */
  readonly field: string;
  readonly operator: FilterOperator;
  readonly value: string;
}

const NAME = '[A-Za-z_][A-Za-z0-9_]*';
const FILTER = new RegExp(
  `^(${NAME}(?:\\.${NAME})*)(${FILTER_OPERATORS.map((operator) => operator.replaceAll(/[*]/g, '\\*')).join('|')})([^]*)$`,
);

/**
 * Takes a filter apart at its first operator character, where the longest operator counts; what follows belongs to the value, more operators too. Null: it is
 * not a field, an operator and a value (the client's `Field`, cdrouter.py, filters.py).
 */
export function parseFilter(text: string): FilterText | null {
  const [, field, operator, value] = FILTER.exec(text) ?? [];
  if (field === undefined || operator === undefined || value === undefined) return null;
  return { field, operator: operator as FilterOperator, value };
}

/** The members of `{a,b,"c,d"}`; null: it is no list in braces. */
export function parseBraces(text: string): string[] | null {
  const inner = /^\{([^]*)\}$/.exec(text.trim())?.[1];
  if (inner === undefined) return null;
  if (inner.trim() === '') return [];
  const members: string[] = [];
  const MEMBER = /\s*(?:"((?:[^"\\]|\\[^])*)"|([^,"{}]*?))\s*(,|$)/y;
  for (let end = ','; end === ',';) {
    const found = MEMBER.exec(inner);
    if (found === null) return null;
    members.push(found[1]?.replaceAll(/\\([^])/g, '$1') ?? found[2] ?? '');
    end = found[3] ?? '';
  }
  return members;
}
