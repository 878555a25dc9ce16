import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/kernel/domain-error.js';
import { startNativeApp, type NativeApp } from './native-app.js';

interface Operation {
  summary?: string;
  description?: string;
  operationId: string;
  tags?: string[];
  requestBody?: unknown;
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: { example?: unknown } }[];
  responses: Record<
    string,
    { description: string; content?: Record<string, { examples?: Record<string, { $ref: string }> }> }
  >;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  tags: { name: string }[];
  components: { examples: Record<string, unknown>; schemas: Record<string, unknown> };
}

let native: NativeApp;
let document: Document;
let operations: [name: string, operation: Operation][];
beforeAll(async () => {
  native = await startNativeApp();
  document = (await native.call('GET', '/docs-json')).body as unknown as Document;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
});
afterAll(() => native.close());

const lacking = (isLacking: (operation: Operation, name: string) => boolean): string[] =>
  operations.filter(([name, operation]) => isLacking(operation, name)).map(([name]) => name);

describe('the OpenAPI document', () => {
  it('has operations of every room', () => {
    const tags = new Set(operations.flatMap(([, operation]) => operation.tags ?? []));
    expect([...tags].sort()).toEqual(document.tags.map((tag) => tag.name).sort());
  });

  it('says for every operation what it does', () => {
    expect(lacking(({ summary, description }) => !summary || !description)).toEqual([]);
  });

  it('groups every operation under exactly one known tag', () => {
    const known = document.tags.map((tag) => tag.name);
    expect(lacking(({ tags = [] }) => tags.length !== 1 || !known.includes(tags[0] ?? ''))).toEqual([]);
  });

  it('names every operation uniquely', () => {
    const ids = operations.map(([, operation]) => operation.operationId);
    expect(ids).toHaveLength(new Set(ids).size);
  });

  it('shows the error bodies of every operation but health, each code with an example that exists', () => {
    expect(
      lacking(({ responses }, name) => !name.includes('/health/') && !('500' in responses && '503' in responses)),
    ).toEqual([]);
    const refs = operations.flatMap(([, { responses }]) =>
      Object.values(responses).flatMap(({ content }) =>
        Object.values(content?.['application/problem+json']?.examples ?? {}).map(({ $ref }) => $ref),
      ),
    );
    expect(refs.length).toBeGreaterThan(100);
    const known = Object.keys(ERROR_CODES).map((code) => `#/components/examples/${code}`);
    expect([...new Set(refs)].filter((ref) => !known.includes(ref))).toEqual([]);
    expect(Object.keys(document.components.examples).sort()).toEqual(Object.keys(ERROR_CODES).sort());
  });

  it('describes every answer', () => {
    expect(lacking(({ responses }) => Object.values(responses).some(({ description }) => description === ''))).toEqual(
      [],
    );
  });

  it('fills no filter of a list with an example, and says of what each id is', () => {
    const isFilled = ({ parameters = [] }: Operation): boolean =>
      parameters.some((given) => given.in === 'query' && !given.required && given.schema?.example !== undefined);
    expect(lacking(isFilled)).toEqual([]);
    expect(
      lacking(
        ({ parameters = [] }, name) =>
          name.includes(' /api/v2/') && parameters.some((given) => given.in === 'path' && !given.description),
      ),
    ).toEqual([]);
  });

  it('refers only to schemas that it has', () => {
    const refs = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name ?? '',
    );
    expect([...new Set(refs)].filter((name) => !(name in document.components.schemas))).toEqual([]);
  });
});

describe('Swagger UI', () => {
  it('is made of assets of this server alone, and all of them load', async () => {
    const page = await native.call('GET', '/docs');
    expect(page.status).toBe(200);
    const assets = [...page.text.matchAll(/(?:src|href)="([^"#]+)"/g)].map(
      ([, url]) => new URL(url ?? '', `${native.url}/docs`),
    );
    expect(assets.length).toBeGreaterThanOrEqual(5);
    for (const asset of assets) {
      expect(asset.origin).toBe(native.url);
      expect((await native.call('GET', asset.pathname)).status).toBe(200);
    }
  });

  it('works under its content security policy: no script stands in the page', async () => {
    const page = await native.call('GET', '/docs');
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self';");
    expect(page.text).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|\son\w+=/i);
  });

  it('sends what is tried out to the server that it came from', async () => {
    const init = await native.call('GET', '/docs/swagger-ui-init.js');
    expect(init.text).toMatch(/"servers": \[\s*\{\s*"url": "\/"\s*\}\s*\]/);
    // The page sends Origin with a POST, and must not be taken for a foreign one.
    const tried = await native.call('POST', '/api/v2/tags', {
      body: { name: 'tried out' },
      headers: { origin: native.url, 'sec-fetch-site': 'same-origin' },
    });
    expect(tried.status).toBe(201);
  });

  it('explains the error codes that problems point to, and is where / leads', async () => {
    expect((await native.call('GET', '/docs/problems')).text).toContain('id="never_fires"');
    const root = await native.call('GET', '/');
    expect([root.status, root.headers.get('location')]).toEqual([302, '/docs']);
  });
});
