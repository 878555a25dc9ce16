// A request to a server, wherever it runs.

/** A body is sent as JSON; a string as it is. */
export interface HttpCall {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What came back; `body` is parsed JSON, or undefined without a body. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** Calls a server. A body is sent as JSON, a string as it is; redirects are not followed. */
export async function call(
  origin: string,
  method: string,
  path: string,
  { body, headers = {} }: HttpCall = {},
): Promise<HttpAnswer> {
  const response = await fetch(origin + path, {
    method,
    redirect: 'manual',
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: (isJson ? JSON.parse(text) : undefined) as Record<string, unknown>,
  };
}
