import { CarillonServer } from './carillon-server.js';
import { describeCompatHistory, growCompatHistory, writeCompatJobs } from './compat-history.js';
import { COMPAT_REQUESTS } from './compat-requests.js';
import { growth, slowest, timeLists, timingText } from './list-timing.js';
import type { Part } from './part.js';
import type { Goal, Row } from './report.js';

/** Up to this many executions that a list sees the goal of issue 6 counts: every list under 100 ms at the median. */
const SMALL = 100_000;
const MEDIAN_MS = 100;
/** Beyond it that of issue 8: 95 % of the requests. */
const P95_MS = 50;
const TRIES = { small: 15, large: 40 } as const;

/** What is measured in a history of `rows`; the lists of these requests see `size` of them. */
interface Stage {
  readonly size: number;
  readonly rows: number;
  readonly requests: typeof COMPAT_REQUESTS;
}

/** Cloudify's lists see every other execution only, so where the smaller goal counts they are measured when there are twice as many. */
function stagesOf(size: number): Stage[] {
  if (size > SMALL) return [{ size, rows: size, requests: COMPAT_REQUESTS }];
  const ofCloudify = COMPAT_REQUESTS.filter(({ name }) => name.startsWith('Cloudify'));
  const others = COMPAT_REQUESTS.filter((request) => !ofCloudify.includes(request));
  return [
    { size, rows: size, requests: others },
    { size, rows: 2 * size, requests: ofCloudify },
  ];
}

/** The lists of the compatible APIs in a history that is half Cloudify's, half CDRouter's. */
export const compatListsPart: Part = {
  name: 'compat',
  about: 'lists of the compatible APIs, in a history that is half of Cloudify, half of CDRouter, one caller',
  async run(bench) {
    const server = await CarillonServer.start(bench, await bench.newDatabase('compat'), { ROLES: 'api' });
    await writeCompatJobs(server);
    const rows: Row[] = [];
    const goals: Goal[] = [];
    const sizes = [...bench.options.compatRows].sort((a, b) => a - b);
    const stages = sizes.flatMap(stagesOf);
    const most = Math.max(...stages.map(({ rows }) => rows));
    let written = 0;
    for (const { size, rows: wanted, requests } of stages) {
      console.log(`  writing up to ${wanted} executions`);
      if (wanted > written) await growCompatHistory(server, written, wanted, most);
      written = Math.max(written, wanted);
      await bench.checkpoint();
      const isSmall = size <= SMALL;
      const timing = {
        ...{ port: server.port, size, headers: { tenant: 'default_tenant' } },
        ...{ tries: isSmall ? TRIES.small : TRIES.large, share: isSmall ? 0.5 : 0.95 },
      };
      const found = await timeLists(requests, await describeCompatHistory(server), timing);
      rows.push(...found);
      const who = isSmall ? `${wanted === size ? 'CDRouter and others' : 'Cloudify'}: median` : 'p95';
      goals.push(...slowest(found, size, isSmall ? MEDIAN_MS : P95_MS, who));
    }
    const large = sizes.filter((size) => size > SMALL);
    const names = COMPAT_REQUESTS.map(({ name }) => name);
    if (large.length > 0) goals.push(...growth(rows, large, names));
    await server.stop();
    return {
      title: 'Lists of the compatible APIs',
      measured:
        `Up to ${SMALL.toLocaleString('en-US')} rows: ${timingText({ tries: TRIES.small, share: 0.5 })} Beyond: p95 of ${TRIES.large}. One tenant; every other row is of Cloudify ` +
        '(5 deployments), the others were launched through CDRouter (5 packages), so that its lists see all. Up to there the rows are those that the list sees: Cloudify is measured ' +
        'in a history of twice as many. The rows are 1.5 s apart.',
      rows,
      goals,
    };
  },
};
