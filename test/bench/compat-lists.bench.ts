import { CarillonServer } from './carillon-server.js';
import { describeCompatHistory, growCompatHistory, writeCompatJobs } from './compat-history.js';
import { COMPAT_REQUESTS } from './compat-requests.js';
import { growth, slowest, timeLists, timingText } from './list-timing.js';
import type { Part } from './part.js';
import type { Goal, Row } from './report.js';

/** Up to this many rows the goal of issue 6 counts: every list under 100 ms at the median. */
const SMALL = 200_000;
const MEDIAN_MS = 100;
/** Beyond it that of issue 8: 95 % of the requests. */
const P95_MS = 50;
const TRIES = { small: 15, large: 40 } as const;

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
    const most = sizes.at(-1) ?? 0;
    for (const [index, size] of sizes.entries()) {
      console.log(`  writing up to ${size} executions`);
      await growCompatHistory(server, sizes[index - 1] ?? 0, size, most);
      await bench.checkpoint();
      const isSmall = size <= SMALL;
      const timing = {
        ...{ port: server.port, size, headers: { tenant: 'default_tenant' } },
        ...{ tries: isSmall ? TRIES.small : TRIES.large, share: isSmall ? 0.5 : 0.95 },
      };
      const found = await timeLists(COMPAT_REQUESTS, await describeCompatHistory(server), timing);
      rows.push(...found);
      goals.push(...slowest(found, size, isSmall ? MEDIAN_MS : P95_MS, isSmall ? 'median' : 'p95'));
    }
    const large = sizes.filter((size) => size > SMALL);
    const names = COMPAT_REQUESTS.map(({ name }) => name);
    if (large.length > 0) goals.push(...growth(rows, large, names));
    await server.stop();
    return {
      title: 'Lists of the compatible APIs',
      measured:
        `Up to ${SMALL.toLocaleString('en-US')} rows: ${timingText({ tries: TRIES.small, share: 0.5 })} Beyond: p95 of ${TRIES.large}. One tenant; every other row is of Cloudify ` +
        '(5 deployments), the others were launched through CDRouter (5 packages), so that its lists see all. The rows are 1.5 s apart.',
      rows,
      goals,
    };
  },
};
