// What every agent has to do, whatever it is written in: the same tests over our own and over the reference agent in Python.
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processesOf } from '../support/run-folder.js';
import { until } from '../support/until.js';
import { AGENT_KINDS, startFleet, type AgentKind, type AgentProcess, type Fleet } from './fleet.js';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const canRun = (kind: AgentKind): boolean => kind !== 'python' || hasPython;

describe.each(Object.keys(AGENT_KINDS) as AgentKind[])('the agent %s', (kind) => {
  describe.skipIf(!canRun(kind))(canRun(kind) ? 'on this machine' : 'is not tested: python3 is missing', () => {
    let fleet: Fleet;
    let agent: AgentProcess;
    beforeAll(async () => {
      fleet = await startFleet(6);
      agent = await fleet.startAgent(kind, { tags: 'GPU', slots: 8 });
      await until('it is online', async () => (await onlineAgents()).length === 1, 15_000);
    });
    afterAll(() => fleet.close());

    const onlineAgents = () => fleet.sql<{ id: string }>(`SELECT id FROM agents WHERE state = 'online'`);
    const processesWith = async (word: string): Promise<number> =>
      (await processesOf(word)).filter(({ command }) => command.includes(word)).length;
    const numbers = (from: number, to: number): string =>
      Array.from({ length: to - from + 1 }, (_, i) => `${from + i}\n`).join('');

    it('registers, runs a shell job, and hands over its output in order and whole', async () => {
      const id = await fleet.shell('i=1; while [ $i -le 2000 ]; do echo $i; i=$((i+1)); done; exit 3', {
        requiredTags: ['gpu'],
      });
      expect(await fleet.ends(id)).toMatchObject({ state: 'failed', reason: 'exit_code', exitCode: 3, attempt: 1 });
      expect(await fleet.output(id)).toBe(numbers(1, 2000));
      const { body } = await fleet.call('GET', '/api/v2/agents?state=online');
      expect(body).toMatchObject({ items: [{ kind: 'remote', name: kind, slots: 8, tags: ['gpu'], running: 0 }] });
    });

    it('stops what is cancelled, and kills the whole tree of what is force-cancelled', async () => {
      const polite = await fleet.shell('echo up; sleep 60');
      const stubborn = await fleet.shell(
        `trap '' TERM; (trap '' TERM; while :; do sleep 0.1; done) & echo up; sleep 61.${process.pid}`,
        { killGraceSeconds: 600 },
      );
      for (const id of [polite, stubborn]) await fleet.printed(id, 'up');
      const { body } = await fleet.call('GET', '/api/v2/agents?state=online');
      expect(body).toMatchObject({ items: [{ running: 2, runs: [{ id: polite, jobName: 'j' }, { id: stubborn }] }] });
      await fleet.call('POST', `/api/v2/executions/${polite}/cancel`);
      expect(await fleet.ends(polite, 5_000)).toMatchObject({ state: 'cancelled' });
      await fleet.call('POST', `/api/v2/executions/${stubborn}/force-cancel`);
      expect(await fleet.ends(stubborn, 5_000)).toMatchObject({ state: 'cancelled' });
      await until('its processes are gone', async () => (await processesWith(`61.${process.pid}`)) === 0, 5_000);
    });

    it('neither loses nor doubles anything when answers are lost', async () => {
      for (const path of ['/claim', '/reports', '/logs', '/complete']) {
        const lost = fleet.loseAnswer(path);
        const id = await fleet.shell(`echo one; sleep 0.4; echo two; sleep 0.4; echo three`);
        await lost;
        expect({ path, ...(await fleet.ends(id)) }).toMatchObject({ path, state: 'succeeded', attempt: 1 });
        expect(await fleet.output(id)).toBe('one\ntwo\nthree\n');
      }
    });

    it('goes on while the server is restarted, and reports afterwards', async () => {
      const id = await fleet.shell('i=1; while [ $i -le 60 ]; do echo $i; sleep 0.05; i=$((i+1)); done');
      await fleet.printed(id, '3\n');
      await fleet.restartServer('SIGKILL');
      expect(await fleet.ends(id)).toMatchObject({ state: 'succeeded', attempt: 1 });
      expect(await fleet.output(id)).toBe(numbers(1, 60));
      expect(await onlineAgents()).toHaveLength(1);
    });

    it('is told when its runs were given to others: it kills them, and its late words change nothing', async () => {
      const id = await fleet.shell('echo attempt $CARILLON_ATTEMPT; sleep 62; echo never', {
        retry: { maxAttempts: 2 },
      });
      await fleet.printed(id, 'attempt 1');
      await fleet.sql(`UPDATE live_runs SET fence = fence + 1 WHERE id = $1`, [id]);
      await until(
        'the attempt is over',
        async () => (await processesOf(id)).length === 0 && (await processesWith('sleep 62')) === 0,
        9_000,
      );
      expect(await fleet.output(id)).not.toContain('never');
      await fleet.sql(
        `UPDATE live_runs SET state = 'scheduled', agent_id = NULL, run_at = now() + interval '1 day' WHERE id = $1`,
        [id],
      );
    });

    it('begins anew when it was declared lost', async () => {
      const id = await fleet.shell('echo attempt $CARILLON_ATTEMPT; [ $CARILLON_ATTEMPT = 2 ] || sleep 63', {
        retry: { maxAttempts: 2 },
      });
      await fleet.printed(id, 'attempt 1');
      const [before] = await onlineAgents();
      await fleet.sql(`UPDATE agents SET state = 'lost', ended_at = now() WHERE id = $1`, [before?.id]);
      expect(await fleet.ends(id)).toMatchObject({ state: 'succeeded', attempt: 2 });
      expect((await onlineAgents())[0]?.id).not.toBe(before?.id);
    });

    it('drains at SIGTERM: what runs finishes, nothing new is taken, and it leaves', async () => {
      const id = await fleet.shell('echo up; sleep 1; echo done');
      await fleet.printed(id, 'up');
      agent.signal('SIGTERM');
      await until('it drains', async () => (await onlineAgents()).length === 0);
      const later = await fleet.shell('echo later');
      expect(await agent.exited).toBe(0);
      expect(await fleet.read(id)).toMatchObject({ state: 'succeeded', attempt: 1 });
      expect(await fleet.read(later)).toMatchObject({ state: 'pending', attempt: 0 });
      expect(await fleet.sql(`SELECT 1 FROM agents WHERE ended_at IS NULL`)).toEqual([]);
      await fleet.call('POST', `/api/v2/executions/${later}/cancel`);
    });

    it('leaves nothing running when it is killed, and ends with an error when its token is wrong', async () => {
      const second = await fleet.startAgent(kind);
      const id = await fleet.shell('echo up; sleep 64');
      await fleet.printed(id, 'up');
      second.signal('SIGKILL');
      await second.exited;
      await until('nothing of the run is left', async () => (await processesWith('sleep 64')) === 0, 5_000);
      expect(await fleet.ends(id, 6_000 + 5_000)).toMatchObject({ state: 'failed', reason: 'agent_lost' });
      const stranger = await fleet.startAgent(kind, { token: 'crj_nobody' });
      expect(await stranger.exited).toBe(1);
    });
  });
});
