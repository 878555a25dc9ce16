// One process that uses an embedded database, steered by its parent over IPC. Arguments: data folder.
import { acquireEmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';

/** What the parent may ask for. */
export type Order = 'ensure' | 'release';

/** What the parent is told. */
export interface Report {
  readonly event: 'acquired' | 'ensured' | 'released' | 'failed';
  readonly url?: string;
  readonly started?: string;
  readonly message?: string;
}

const report = (message: Report): void => {
  process.send?.(message);
};
const failed = (error: unknown): void =>
  report({ event: 'failed', message: error instanceof Error ? error.message : String(error) });

// As the server does: a Ctrl-C is taken note of, not obeyed at once.
process.on('SIGINT', () => undefined);

try {
  const postgres = await acquireEmbeddedPostgres({
    dataDir: process.argv[2] ?? '',
    log: (message) => process.stderr.write(`${message}\n`),
    settings: { shared_buffers: '16MB' },
  });
  process.on('message', (order: Order) => {
    const work =
      order === 'ensure'
        ? postgres.ensureRunning().then((url) => report({ event: 'ensured', url }))
        : postgres.release().then(() => {
            report({ event: 'released' });
            process.disconnect();
          });
    work.catch(failed);
  });
  report({ event: 'acquired', url: postgres.url, started: postgres.started });
} catch (error) {
  failed(error);
  process.disconnect();
}
