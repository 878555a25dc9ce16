/** A parameter of an operation in the OpenAPI document, as far as it is reworded here. */
export interface ShownParameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: { readonly example?: unknown };
}

/**
 * A parameter as Swagger UI shall show it. An optional one tells its example in words: the page would send it with the first click,
 * and a list would be short for no reason that one sees. An id in the path says of what it is.
 */
export function shownParameter(path: string, parameter: ShownParameter): ShownParameter {
  if (parameter.in === 'path') {
    const description = parameter.description ?? wordsForId(path, parameter.name);
    return description === undefined ? parameter : { ...parameter, description };
  }
  const { example, ...schema } = parameter.schema ?? {};
  if (parameter.required === true || parameter.in !== 'query' || example === undefined) return parameter;
  const text = [example].flat().map(textOf).join(',');
  const words = [parameter.description, `For example \`${text}\`.`].filter((part) => part !== undefined && part !== '');
  return { ...parameter, description: words.join(' '), schema };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** By the collection before it, as in `/api/v2/jobs/{id}`. Undefined: no id, or of an API with names of its own. */
function wordsForId(path: string, name: string): string | undefined {
  if (name !== 'id' && !name.endsWith('Id')) return undefined;
  const before = path.slice(0, path.indexOf(`{${name}}`));
  const [, collection] = /^\/api\/v2\/(?:.*\/)?([a-z-]+)s\/$/.exec(before) ?? [];
  return collection && `Id of the ${collection.replaceAll('-', ' ')}.`;
}
