import { CarillonServer } from './carillon-server.js';
import { describeCompatHistory, growCompatHistory, writeCompatJobs } from './compat-history.js';
import { COMPAT_REQUESTS } from './compat-requests.js';
import { growth, slowest, timeLists, timingText } from './list-timing.js';
import type { Part } from './part.js';
import type { Goal, Row } from './report.js';

/** Up to this many executions in the tenant the goal of issue 6 counts: every list under 100 ms at the median. */
const SMALL = 100_000;
const MEDIAN_MS = 100;
/** Beyond it that of issue 8: 95 % of the requests. */
const P95_MS = 50;
const TRIES = { small: 15, large: 40 } as const;
/** For one of the lists of a large history. There are 180. */
const LARGE_BUDGET_MS = 2_000;

/** A history and what is measured in it. */
interface Stage {
  readonly what: string;
  readonly rows: number;
  /** Of a hundred, how many CDRouter launched. */
  readonly launched: number;
  readonly requests: typeof COMPAT_REQUESTS;
}

/** For the smaller goal each system's lists are measured in a history that is its own but for one in a hundred, and then in one that they share. */
function stagesOf(size: number): Stage[] {
  const shared = { what: 'shared', rows: size, launched: 50, requests: COMPAT_REQUESTS };
  if (size > SMALL) return [shared];
  const ofCloudify = COMPAT_REQUESTS.filter(({ name }) => name.startsWith('Cloudify'));
  const others = COMPAT_REQUESTS.filter((request) => !ofCloudify.includes(request));
  return [
    { what: 'own', rows: size, launched: 99, requests: others },
    { what: 'own', rows: size, launched: 1, requests: ofCloudify },
    shared,
  ];
}

/** The lists of the compatible APIs. */
export const compatListsPart: Part = {
  name: 'compat',
  about:
    'lists of the compatible APIs, in histories of their own and in one that Cloudify and CDRouter share, one caller',
  async run(bench) {
    const rows: Row[] = [];
    const goals: Goal[] = [];
    const sizes = [...bench.options.compatRows].sort((a, b) => a - b);
    const most = Math.max(...sizes);
    let server: CarillonServer | null = null;
    let written = { launched: -1, rows: 0 };
    for (const { what, rows: to, launched, requests } of sizes.flatMap(stagesOf)) {
      if (server === null || written.launched !== launched) {
        await server?.stop();
        server = await CarillonServer.start(bench, await bench.newDatabase('compat'), { ROLES: 'api' });
        await writeCompatJobs(server);
        written = { launched, rows: 0 };
      }
      console.log(`  writing up to ${to} executions, ${launched} % launched through CDRouter`);
      await growCompatHistory(server, { from: written.rows, to, most, launched });
      written = { launched, rows: to };
      await bench.checkpoint();
      const isSmall = to <= SMALL;
      const timing = {
        ...{ port: server.port, size: to, headers: { tenant: 'default_tenant' } },
        ...(isSmall
          ? { tries: TRIES.small, share: 0.5 }
          : { tries: TRIES.large, share: 0.95, budgetMs: LARGE_BUDGET_MS }),
      };
      const named = requests.map((request) => ({
        ...request,
        name: what === 'own' ? request.name : `${request.name} (${what})`,
      }));
      const found = await timeLists(isSmall ? named : requests, await describeCompatHistory(server), timing);
      rows.push(...found);
      goals.push(
        ...slowest(
          found,
          to,
          isSmall ? MEDIAN_MS : P95_MS,
          isSmall
            ? `${what === 'own' ? `${requests[0]?.name.split(':')[0] ?? ''}, ` : ''}${what} history: median`
            : 'p95',
        ),
      );
    }
    await server?.stop();
    const large = sizes.filter((size) => size > SMALL);
    const names = COMPAT_REQUESTS.map(({ name }) => name);
    if (large.length > 0) goals.push(...growth(rows, large, names));
    return {
      title: 'Lists of the compatible APIs',
      measured:
        `Up to ${SMALL.toLocaleString('en-US')} rows: ${timingText({ tries: TRIES.small, share: 0.5 })} Beyond: p95 of ${TRIES.large}, or of those that fit in ${LARGE_BUDGET_MS / 1000} s. One tenant, executions of Cloudify ` +
        '(5 deployments) and such that were launched through CDRouter (5 packages). CDRouter lists all of them, Cloudify its own. Where nothing is said 99 of 100 are the own ones of the system ' +
        'whose list it is; (shared) and beyond: half and half. What is older than a quarter of an hour is counted, so the history is. The rows are 1.5 s apart.',
      rows,
      goals,
    };
  },
};
