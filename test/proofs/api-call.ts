// Requests to a server as a client makes them.

/** What was answered. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Sends one request to `<origin>/api/v2<path>`, with JSON if there is a body. Rejects only when there was no answer. */
export async function ask(
  origin: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(`${origin}/api/v2${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}

/** The same, and throws with the answer when that is not a success. */
export async function call(
  origin: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const answer = await ask(origin, method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Makes a thing and answers its id. */
export async function create(origin: string, path: string, body: unknown): Promise<string> {
  return String((await call(origin, 'POST', path, body))['id']);
}
