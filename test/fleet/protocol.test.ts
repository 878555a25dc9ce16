// The server's side of the agents' protocol, call by call, with people and agents that sign in.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basic, PASSWORD, startSecuredApp, type Headers, type SecuredApp } from '../auth/secured-app.js';
import type { Answer } from '../http/native-app.js';
import { until } from '../support/until.js';

let app: SecuredApp;
let acme: Headers;
beforeAll(async () => {
  app = await startSecuredApp();
  await app.tenant('acme');
  await app.tenant('rival');
  acme = basic('acme-operator', PASSWORD);
});
afterAll(() => app.close());

interface Life {
  readonly id: string;
  readonly credential: string;
  readonly headers: Headers;
}
const ABOUT = { protocol: 1, name: 'a', hostname: 'h', slots: 4 };
const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` });
const register = (headers: Headers, more: object = {}): Promise<Answer> =>
  app.call('POST', '/api/v2/agents', { headers, body: { ...ABOUT, ...more } });
async function anAgent(headers: Headers = acme, more: object = {}): Promise<Life> {
  const { status, body, text } = await register(headers, more);
  expect({ status, text }).toMatchObject({ status: 201 });
  const credential = String(body['credential']);
  return { id: String(body['agentId']), credential, headers: bearer(credential) };
}
const say = (agent: Life, what: string, body: object, headers: Headers = agent.headers): Promise<Answer> =>
  app.call('POST', `/api/v2/agents/${agent.id}/${what}`, { headers, body });
interface Handed {
  readonly id: string;
  readonly fence: number;
  readonly attempt: number;
}
async function claim(agent: Life, more: object = {}): Promise<Handed[]> {
  const { body, status, text } = await say(agent, 'claim', { held: [], limit: 10, ...more });
  expect({ status, text }).toMatchObject({ status: 200 });
  return body['runs'] as Handed[];
}
async function aRun(headers: Headers = acme, job: object = {}): Promise<string> {
  const made = await app.call('POST', '/api/v2/jobs', { headers, body: { name: 'j', jobClass: 'noop', ...job } });
  const run = await app.call('POST', `/api/v2/jobs/${String(made.body['id'])}/run`, { headers, body: {} });
  expect(run.status).toBe(201);
  return String(run.body['id']);
}
const end = ({ id, fence }: Handed, more: object = {}) => ({
  id,
  fence,
  status: 'succeeded',
  finishedAt: '2000-01-01T00:00:00Z',
  ...more,
});
const execution = async (id: string, headers: Headers = acme): Promise<Record<string, unknown>> =>
  (await app.call('GET', `/api/v2/executions/${id}`, { headers })).body;
const joinToken = async (more: object = {}, headers: Headers = acme): Promise<Answer> =>
  app.call('POST', '/api/v2/agent-join-tokens', { headers, body: { name: 'rack', ...more } });

describe('joining', () => {
  it('spends a join token once, and again only by the agent that may not have heard the answer', async () => {
    const token = bearer(String((await joinToken()).body['token']));
    const instanceKey = 'k'.repeat(20);
    expect((await register(token)).body).toMatchObject({ code: 'invalid_input', errors: [{ field: '/instanceKey' }] });
    const first = await anAgent(token, { instanceKey });
    const again = await anAgent(token, { instanceKey });
    expect((await say(first, 'heartbeat', { held: [] })).status).toBe(401);
    expect((await say(again, 'heartbeat', { held: [] })).body).toMatchObject({ state: 'online' });
    expect((await register(token, { instanceKey: 'x'.repeat(20) })).status).toBe(409);
  });

  it('of many that come with one token at once lets one in', async () => {
    const token = bearer(String((await joinToken()).body['token']));
    const keys = Array.from({ length: 8 }, (_, i) => `${i}`.repeat(20));
    const answers = await Promise.all(keys.map((instanceKey) => register(token, { instanceKey })));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, ...Array<number>(7).fill(409)]);
  });

  it('for every tenant is for system administrators', async () => {
    expect((await joinToken({ shared: true })).status).toBe(403);
    expect((await register(acme, { shared: true })).status).toBe(403);
    expect((await joinToken({ shared: true }, app.admin)).status).toBe(201);
    const shared = await anAgent(app.admin, { shared: true });
    expect((await app.call('DELETE', `/api/v2/agents/${shared.id}`, { headers: acme })).status).toBe(403);
    expect((await app.call('DELETE', `/api/v2/agents/${shared.id}`, { headers: app.admin })).status).toBe(204);
    expect((await say(shared, 'heartbeat', { held: [] })).status).toBe(401);
  });

  it('needs an operator, and refuses what is no agent with the field that is wrong', async () => {
    expect((await register(basic('acme-viewer', PASSWORD))).status).toBe(403);
    expect((await register(bearer('cra_nobody'))).status).toBe(401);
    const bad = await register(acme, { slots: 0, protocol: 2, tags: ['a,b'] });
    expect((bad.body['errors'] as { field: string }[]).map(({ field }) => field).sort()).toEqual([
      '/protocol',
      '/slots',
      '/tags',
    ]);
  });

  it('gives a credential that is good for that agent alone', async () => {
    const [one, two] = [await anAgent(), await anAgent()];
    expect((await say(two, 'heartbeat', { held: [] }, one.headers)).status).toBe(404);
    for (const path of ['jobs', 'agents', 'me', 'agent-join-tokens', 'executions', 'tokens'])
      expect({ path, status: (await app.call('GET', `/api/v2/${path}`, { headers: one.headers })).status }).toEqual({
        path,
        status: 403,
      });
    expect((await app.call('DELETE', `/api/v2/agents/${two.id}`, { headers: one.headers })).status).toBe(404);
    expect((await say(one, 'heartbeat', { held: [] }, acme)).status).toBe(403);
  });
});

describe('working', () => {
  it('gets runs of its tenant only, and may say nothing of others', async () => {
    const rival = basic('rival-operator', PASSWORD);
    const [ours, theirs] = [await aRun(), await aRun(rival)];
    const [we, they] = [await anAgent(), await anAgent(rival)];
    expect((await claim(we)).map(({ id }) => id)).toEqual([ours]);
    const [run] = await claim(they);
    expect(run?.id).toBe(theirs);
    const nobody = { id: crypto.randomUUID(), fence: 1 };
    for (const what of [run!, nobody]) {
      const piece = { id: what.id, fence: what.fence };
      const answers = [
        await say(we, 'reports', { runs: [{ ...piece, percent: 5 }] }),
        await say(we, 'logs', {
          pieces: [{ ...piece, seq: 0, stream: 'stdout', at: '2026-11-22T08:00:00Z', text: 'x' }],
        }),
        await say(we, 'complete', { ends: [end({ ...piece, attempt: 1 })] }),
      ];
      for (const { status, body } of answers)
        expect({ status, code: body['code'] }).toEqual({ status: 409, code: 'stale_fence' });
      expect((await say(we, 'heartbeat', { held: [piece] })).body).toMatchObject({ notYours: [what.id] });
    }
    expect(await app.sql('SELECT 1 FROM execution_logs')).toEqual([]);
    expect(await execution(theirs, rival)).toMatchObject({ state: 'running' });
  });

  it('records what is still the agent’s and names each entry that is not', async () => {
    const agent = await anAgent();
    const ids = [await aRun(), await aRun(), await aRun()];
    const runs = await claim(agent);
    expect(runs).toHaveLength(3);
    const answer = await say(agent, 'complete', {
      ends: runs.map((run, i) => end(i === 1 ? { ...run, fence: 99 } : run)),
    });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ code: 'stale_fence', errors: [{ field: '/ends/1', code: 'stale_fence' }] });
    const states = await Promise.all(runs.map(async ({ id }) => (await execution(id))['state']));
    expect(states).toEqual(['succeeded', 'running', 'succeeded']);
    expect(ids).toContain(runs[1]?.id);
    // Whoever did not hear the answer asks again, and hears that all is well.
    expect((await say(agent, 'complete', { ends: [end(runs[0]!)] })).status).toBe(200);
    const { startedAt, finishedAt } = await execution(runs[0]!.id);
    expect(Date.parse(String(finishedAt))).toBeGreaterThan(Date.now() - 60_000);
    expect(startedAt).not.toBeNull();
  });

  it('waits for work without holding a connection, and is woken', async () => {
    const agent = await anAgent();
    const held = await app.sql<{ id: string; fence: number }>(`SELECT id, fence FROM live_runs WHERE agent_id = $1`, [
      agent.id,
    ]);
    const others = await Promise.all(Array.from({ length: 30 }, () => anAgent(acme, { tags: ['other'] })));
    const waiting = claim(agent, { held, waitSeconds: 20 });
    const idle = others.map((other) => say(other, 'claim', { held: [], limit: 1, waitSeconds: 1 }));
    const id = await aRun(acme, { excludedTags: ['other'] });
    expect((await waiting).map((run) => run.id)).toEqual([id]);
    for (const answer of await Promise.all(idle)) expect(answer.body).toEqual({ runs: [] });
  });

  it('takes runs back whose claim was given up, without costing an attempt', async () => {
    const agent = await anAgent();
    const id = await aRun();
    expect(await claim(agent)).toMatchObject([{ id, attempt: 1, fence: 1 }]);
    expect(await claim(agent)).toMatchObject([{ id, attempt: 1, fence: 2 }]);
    expect((await say(agent, 'heartbeat', { held: [] })).body).toMatchObject({ takenBack: [] });
    await app.sql(`UPDATE live_runs SET claimed_at = now() - interval '11 seconds' WHERE id = $1`, [id]);
    expect((await say(agent, 'heartbeat', { held: [] })).body).toMatchObject({ takenBack: [{ id, fence: 2 }] });
    expect(await execution(id)).toMatchObject({ state: 'pending', attempt: 0 });
  });

  it('a run that had begun and that its agent no longer knows has lost its attempt', async () => {
    const agent = await anAgent();
    const id = await aRun();
    const runs = await until('it is claimed', async () => {
      const found = await claim(agent);
      return found.some((run) => run.id === id) ? found : undefined;
    });
    const run = runs.find((one) => one.id === id)!;
    await say(agent, 'reports', { runs: [{ id, fence: run.fence, startedAt: new Date().toISOString() }] });
    await claim(agent, {
      held: runs.filter((one) => one.id !== id).map(({ id: other, fence }) => ({ id: other, fence })),
    });
    expect(await execution(id)).toMatchObject({ state: 'failed', reason: 'agent_lost' });
  });

  it('a run that has written something has begun, whether or not its agent said so: its attempt is not given to another', async () => {
    const agent = await anAgent(acme, { tags: ['writer'] });
    const id = await aRun(acme, { requiredTags: ['writer'] });
    const [run] = await claim(agent);
    const piece = { id, fence: run!.fence, seq: 0, stream: 'stdout', at: new Date().toISOString(), text: 'one' };
    expect((await say(agent, 'logs', { pieces: [piece] })).status).toBe(204);
    expect(await claim(agent)).toEqual([]);
    expect(await execution(id)).toMatchObject({ state: 'failed', reason: 'agent_lost' });
  });

  it('hears of a stop while it waits, and only once', async () => {
    const agent = await anAgent(acme, { tags: ['stoppable'] });
    const id = await aRun(acme, { requiredTags: ['stoppable'] });
    const runs = await claim(agent);
    const held = runs.map(({ id: run, fence }) => ({ id: run, fence }));
    const waiting = say(agent, 'heartbeat', { held, waitSeconds: 10 });
    await app.call('POST', `/api/v2/executions/${id}/cancel`, { headers: acme });
    expect((await waiting).body).toMatchObject({ stops: [{ id, stop: 'cancel' }] });
    const known = held.map((run) => (run.id === id ? { ...run, stopping: 'cancel' } : run));
    expect((await say(agent, 'heartbeat', { held: known })).body).toMatchObject({ stops: [] });
  });

  it('takes more in the round trip that ends what it had, and nothing once it drains', async () => {
    const agent = await anAgent(acme, { tags: ['one'] });
    const [first, second, third] = [0, 1, 2].map(() => aRun(acme, { requiredTags: ['one'] }));
    const ids = [await first!, await second!, await third!];
    const [run] = await claim(agent, { limit: 1 });
    const answer = await say(agent, 'complete', { ends: [end(run!)], claim: { held: [], limit: 1 } });
    const [next] = answer.body['runs'] as Handed[];
    expect(ids).toContain(next?.id);
    expect((await app.call('POST', `/api/v2/agents/${agent.id}/drain`, { headers: acme })).status).toBe(204);
    expect((await say(agent, 'heartbeat', { held: [next!] })).status).toBe(400);
    const { id, fence } = next!;
    expect((await say(agent, 'heartbeat', { held: [{ id, fence }] })).body).toMatchObject({ state: 'draining' });
    expect(await claim(agent, { held: [{ id, fence }] })).toEqual([]);
  });

  it('is over for who was declared lost: every word of it is refused', async () => {
    const agent = await anAgent(acme, { tags: ['zombie'] });
    await aRun(acme, { requiredTags: ['zombie'] });
    const [run] = await claim(agent);
    await app.sql(`UPDATE agents SET state = 'lost', ended_at = now() WHERE id = $1`, [agent.id]);
    const { id, fence } = run!;
    const piece = { id, fence, seq: 0, stream: 'stdout', at: '2026-11-22T08:00:00Z', text: 'x' };
    const words = {
      heartbeat: { held: [] },
      claim: { held: [], limit: 1 },
      reports: { runs: [{ id, fence }] },
      logs: { pieces: [piece] },
      complete: { ends: [end(run!)] },
    };
    for (const [what, body] of Object.entries(words))
      expect({ what, ...(await say(agent, what, body)).body }).toMatchObject({
        what,
        status: 409,
        code: 'invalid_state',
      });
    const again = await register(agent.headers);
    expect(again.body).toMatchObject({ credential: null });
    expect(again.body['agentId']).not.toBe(agent.id);
  });
});
