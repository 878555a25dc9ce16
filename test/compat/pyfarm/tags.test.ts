// The rules of the contract that the document's examples do not show.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNativeApp, type NativeApp } from '../../http/native-app.js';
import { PyfarmClient } from './pyfarm-client.js';

let native: NativeApp;
let client: PyfarmClient;
let agent: string;
beforeAll(async () => {
  native = await startNativeApp();
  client = new PyfarmClient(native);
  agent = await client.agent();
});
afterAll(() => native.close());

interface Tag {
  readonly id: number;
  readonly tag: string;
  readonly agents: unknown[];
  readonly jobs: number[];
}
const made = async (tag: string): Promise<Tag> => (await client.post('/tags/', { tag })).body as unknown as Tag;
const read = async (tag: string | number): Promise<Tag> => (await client.get(`/tags/${tag}`)) as Tag;
const errorOf = async (answer: ReturnType<PyfarmClient['call']>): Promise<[number, unknown]> => {
  const { status, body } = await answer;
  return [status, body['error']];
};

describe('names and ids', () => {
  it('takes digits for an id, always', async () => {
    const digits = await made('123456789');
    expect((await client.call('GET', '/tags/123456789')).status).toBe(404);
    expect((await read(digits.id)).tag).toBe('123456789');
    expect((await client.call('GET', `/tags/000${digits.id}`)).status).toBe(200);
    expect((await client.call('GET', `/tags/${'9'.repeat(30)}`)).status).toBe(404);
  });

  it.each(['-1', '1.0', 'with space', 'a/b', 'größe', '100%', '🎨', 'schema?'])('takes %j for a name', async (name) => {
    expect((await client.post('/tags/', { tag: name })).status).toBe(201);
    expect((await read(encodeURIComponent(name))).tag).toBe(name);
  });

  it('tells names apart by case', async () => {
    const [lower, upper] = [await made('case'), await made('CASE')];
    expect(lower.id).not.toBe(upper.id);
    expect((await read('CASE')).id).toBe(upper.id);
  });

  it('shadows a tag that is named schema', async () => {
    const tag = await made('schema');
    expect(await client.get('/tags/schema')).toEqual({ id: 'INTEGER', tag: 'VARCHAR(64)' });
    expect((await read(tag.id)).tag).toBe('schema');
  });
});

describe('paths', () => {
  it.each(['/tags', '/agents', '/tags/interesting/agents'])('redirects %s to its slash, query kept', async (path) => {
    const answer = await client.call('GET', `${path}?a=1`);
    expect([answer.status, answer.headers.get('location')]).toEqual([308, `/api/v1${path}/?a=1`]);
  });

  it('keeps method and body over a redirect', async () => {
    const answer = await fetch(`${native.url}/api/v1/tags`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"tag":"redirected"}',
    });
    expect([answer.status, ((await answer.json()) as Tag).tag]).toEqual([201, 'redirected']);
  });

  it.each(['/tags/interesting/', '/tags//', '/tags/x/y', '/agents/x/tasks/', `/agents/${randomUUID()}/`])(
    'knows nothing at %s',
    async (path) => {
      const answer = await client.call('GET', path);
      expect([answer.status, Object.keys(answer.body)]).toEqual([404, ['error']]);
    },
  );

  it('names the methods of a path that are', async () => {
    const answer = await client.call('PATCH', '/tags/', { body: {} });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
    expect((await client.call('HEAD', '/tags/')).status).toBe(200);
  });
});

describe('POST /tags/', () => {
  it.each([
    [{}, `request is missing field(s): {'tag'}`],
    [{ tag: 'x', bogus: 1 }, `request contains field(s) that do not exist: {'bogus'}`],
    [{ tag: 5 }, `field 'tag' has type <class 'int'> but we expected type(s) <class 'str'>`],
    [{ tag: null }, `field 'tag' has type <class 'NoneType'> but we expected type(s) <class 'str'>`],
    [[1], 'dictionary expected but got list instead'],
    ['{"tag": ', 'failed to decode json'],
    ['', 'no data to decode'],
    [{ tag: 'chosen', id: 99 }, `column(s) not allowed for this request: {'id'}`],
  ])('refuses %j', async (body, error) => {
    expect(await errorOf(client.post('/tags/', body))).toEqual([400, error]);
  });

  it.each(['', ' ', 'x'.repeat(65), 'a,b', ' edge', 'tab\t'])('refuses the name %j and says why', async (tag) => {
    const [status, error] = await errorOf(client.post('/tags/', { tag }));
    expect([status, error]).toEqual([400, expect.stringContaining('1 to 64 characters')]);
  });

  it('takes the empty relations that it ignores, and no others', async () => {
    expect((await client.post('/tags/', { tag: 'empty', agents: [], jobs: [] })).status).toBe(201);
    expect((await client.post('/tags/', { tag: 'full', agents: [agent] })).status).toBe(400);
    expect((await client.call('GET', '/tags/full')).status).toBe(404);
  });

  it('answers the relations of an existing tag', async () => {
    const { id } = await made('related');
    await client.post('/tags/related/agents/', { agent_id: agent });
    const again = await client.post('/tags/', { tag: 'related', id });
    expect([again.status, again.body]).toEqual([200, { id, tag: 'related', agents: [agent], jobs: [] }]);
  });

  it('makes one tag for many who ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => client.post('/tags/', { tag: 'crowded' })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body['id']))).toHaveLength(1);
    expect(answers.every(({ status }) => status === 200 || status === 201)).toBe(true);
  });
});

describe('content types', () => {
  const send = (contentType: string, body: string) =>
    client.call('POST', '/tags/', { body, headers: { 'content-type': contentType } });

  it('answers JSON to a body without a type', async () => {
    const response = await fetch(`${native.url}/api/v1/tags/`, { method: 'POST', body: Buffer.from('{"tag":"x"}') });
    expect([response.status, await response.json()]).toEqual([415, { error: `Unsupported media type ''` }]);
    expect((await client.call('POST', '/tags/')).status).toBe(415);
  });

  it('answers a page of HTML to a body of another type', async () => {
    const answer = await send('text/plain', '{"tag":"x"}');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([415, 'text/html; charset=utf-8']);
    expect(answer.text).toContain('Unsupported media type &#39;text/plain&#39;');
    expect((await send('application/x-www-form-urlencoded', 'tag=x')).status).toBe(415);
  });

  it('shows nothing of a client as markup', async () => {
    expect((await send('text/<script>', 'x')).text).not.toContain('<script>');
  });

  it('answers JSON to what a handler itself does not find', async () => {
    const html = { 'content-type': 'text/plain' };
    const unknown = await client.call('GET', '/tags/nosuch', { headers: html });
    expect([unknown.status, unknown.body]).toEqual([404, { error: 'tag `nosuch` not found' }]);
    const nowhere = await client.call('GET', '/tags/no/such', { headers: html });
    expect([nowhere.status, nowhere.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
  });

  it('reads JSON whatever the parameters of its type', async () => {
    expect((await send('Application/JSON; charset=utf-8', '{"tag":"typed"}')).status).toBe(201);
  });
});

describe('PUT /tags/', () => {
  it('takes the name from the path, and no other', async () => {
    expect((await client.put('/tags/fresh', {})).body).toMatchObject({ tag: 'fresh', agents: [], jobs: [] });
    expect(await errorOf(client.put('/tags/fresh', { tag: 'stale' }))).toEqual([
      400,
      '`tag` in data must be equal to the tag in the requested url',
    ]);
    const { id } = await read('fresh');
    expect(await errorOf(client.put(`/tags/${id}`, { tag: 'stale' }))).toEqual([
      400,
      `tag name retrieved for ${id} does not match tag name in request`,
    ]);
    expect((await client.put(`/tags/${id}`, {})).body['id']).toBe(id);
  });

  it('makes no tag of an unknown id', async () => {
    expect(await errorOf(client.put('/tags/999999', {}))).toEqual([404, 'tag `999999` not found']);
  });

  it('replaces both relations, and keeps the old ones when anything is wrong', async () => {
    const [one, two] = [await client.job(), await client.job()];
    await client.put('/tags/whole', { agents: [agent], jobs: [one.number, two.number] });
    const before = await read('whole');
    expect(before.jobs).toEqual([one.number, two.number]);
    const nobody = randomUUID();
    const wrong: [object, number, string][] = [
      [{ agents: [], jobs: [987654] }, 404, 'job(s) not found: {987654}'],
      [{ agents: [nobody] }, 404, `agent(s) not found: {UUID('${nobody}')}`],
      [{ agents: ['1'] }, 400, 'All agent ids must be UUIDs'],
      [{ agents: [1] }, 400, 'All agent ids must be UUIDs'],
      [{ agents: 'x' }, 400, 'agents must be a list'],
      [{ jobs: ['1'] }, 400, 'all job ids must be integers'],
      [{ jobs: [1.5] }, 400, 'all job ids must be integers'],
      [{ jobs: [true] }, 400, 'all job ids must be integers'],
      [{ jobs: {} }, 400, 'jobs must be a list'],
      [{ id: 1 }, 400, `column(s) not allowed for this request: {'id'}`],
      [{ bogus: 1 }, 400, `request contains field(s) that do not exist: {'bogus'}`],
    ];
    for (const [body, status, error] of wrong)
      expect({ body, answer: await errorOf(client.put('/tags/whole', body)) }).toEqual({
        body,
        answer: [status, error],
      });
    expect(await read('whole')).toEqual(before);
    expect((await client.put('/tags/whole', { jobs: [two.number] })).body).toMatchObject({
      id: before.id,
      agents: [],
      jobs: [two.number],
    });
  });

  it('makes no tag when its relations are wrong', async () => {
    await client.put('/tags/unborn', { jobs: [987654] });
    expect((await client.call('GET', '/tags/unborn')).status).toBe(404);
  });

  it('needs a body', async () => {
    expect((await client.call('PUT', '/tags/x')).status).toBe(415);
    expect(await errorOf(client.put('/tags/x', ''))).toEqual([400, 'no data to decode']);
  });

  it('ends with one of the sets that many put at once', async () => {
    const jobs = await Promise.all(Array.from({ length: 6 }, () => client.job()));
    const sets = jobs.map(({ number }, i) => [number, jobs[(i + 1) % 6]?.number ?? 0].sort((a, b) => a - b));
    for (let round = 0; round < 4; round++) {
      const answers = await Promise.all(sets.map((numbers) => client.put('/tags/contested', { jobs: numbers })));
      expect(answers.map(({ status }) => status)).toEqual(sets.map(() => 201));
      expect(sets).toContainEqual((await read('contested')).jobs);
    }
  });
});

describe('DELETE /tags/', () => {
  it('takes the tag off everything, also where jobs require it', async () => {
    const { number, id } = await client.job({ requiredTags: ['doomed'] });
    const tag = await client.put('/tags/doomed', { agents: [agent], jobs: [number] });
    expect((await client.call('DELETE', `/tags/${String(tag.body['id'])}`)).status).toBe(204);
    expect((await client.call('DELETE', `/tags/${String(tag.body['id'])}`)).status).toBe(204);
    expect((await native.call('GET', `/api/v2/jobs/${id}`)).body['tags']).toEqual([]);
    expect((await native.call('GET', `/api/v2/agents/${agent}`)).body['attachedTags']).not.toContain('doomed');
  });
});

describe('POST /tags/…/agents/', () => {
  it.each([
    [{}, 400, 'field `agent_id` is missing'],
    [{ agent_id: 1 }, 400, 'Expected a string for `agent_id`'],
    [{ agent_id: 'x' }, 400, `Expected a UUID for \`agent_id\`, got 'x'`],
    [{ agent_id: 'x', y: 1 }, 400, `unsupported fields for this request: {'y'}`],
    [[], 400, 'expected a json dictionary'],
  ])('refuses %j', async (body, status, error) => {
    await made('picky');
    expect(await errorOf(client.post('/tags/picky/agents/', body))).toEqual([status, error]);
  });

  it('looks for the tag first, then for the agent', async () => {
    await made('picky');
    const nobody = randomUUID();
    expect(await errorOf(client.post('/tags/nosuch/agents/', {}))).toEqual([404, 'tag nosuch not found']);
    const answer = client.post('/tags/picky/agents/', { agent_id: nobody });
    expect(await errorOf(answer)).toEqual([404, `agent ${nobody} does not exist`]);
    expect(await errorOf(client.call('POST', '/tags/picky/agents/'))).toEqual([400, 'expected a json dictionary']);
  });

  it('takes both forms of a UUID and either name of the tag', async () => {
    const { id } = await made('formal');
    const hex = agent.replaceAll('-', '').toUpperCase();
    const answer = await client.post(`/tags/${id}/agents/`, { agent_id: hex });
    expect([answer.status, answer.body]).toEqual([201, { id: agent, href: `/api/v1/agents/${agent}` }]);
    expect((await client.post('/tags/formal/agents/', { agent_id: agent })).status).toBe(200);
  });
});

describe('the same through /api/v2', () => {
  it('shows what was done here, and the other way round', async () => {
    const job = await client.job({ tags: ['Mutual'] });
    await client.post('/tags/Mutual/agents/', { agent_id: agent });
    const { id, jobs } = await read('Mutual');
    expect(jobs).toEqual([job.number]);
    const [tag] = (await native.call('GET', '/api/v2/tags?q=mutual')).body['items'] as Record<string, unknown>[];
    expect(tag).toMatchObject({ number: id, name: 'Mutual', jobs: 1, agents: 1 });
    const listed = await native.call('GET', '/api/v2/agents?tag=mutual&kind=inventory');
    expect(listed.body['items']).toMatchObject([{ id: agent, kind: 'inventory', state: 'announced' }]);
    await native.call('DELETE', `/api/v2/agents/${agent}/tags/Mutual`);
    await native.call('DELETE', `/api/v2/jobs/${job.id}/tags/Mutual`);
    expect(await read('Mutual')).toMatchObject({ agents: [], jobs: [] });
  });

  it('lists all tags with all relations in the same number of statements, however many there are', async () => {
    const statements = async (): Promise<number> => {
      const sent = await countStatements(() => client.call('GET', '/tags/'));
      expect(sent).toBeGreaterThan(0);
      return sent;
    };
    const few = await statements();
    await Promise.all(Array.from({ length: 30 }, (_, i) => client.put(`/tags/many ${i}`, { agents: [agent] })));
    expect(await statements()).toBe(few);
  });
});

/** Statements that the application's pool sends while `work` runs. */
async function countStatements(work: () => Promise<unknown>): Promise<number> {
  const { DataSource } = await import('typeorm');
  const source = native.app.get(DataSource);
  let sent = 0;
  const create = source.createQueryRunner.bind(source);
  source.createQueryRunner = (...given) => {
    const runner = create(...given);
    const query = runner.query.bind(runner);
    runner.query = ((...values: Parameters<typeof query>) => {
      sent++;
      return query(...values);
    }) as typeof runner.query;
    return runner;
  };
  try {
    await work();
  } finally {
    source.createQueryRunner = create;
  }
  return sent;
}
