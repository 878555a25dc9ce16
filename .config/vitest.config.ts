import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const ofRepository = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

// Two projects, so that pure specs do not wait for a database.
export default defineConfig({
  root: ofRepository('.'),
  test: {
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: ['src/**/*.spec.ts'],
          setupFiles: [ofRepository('test/support/leak-check.ts')],
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: ['test/bench/**'],
          globalSetup: [ofRepository('test/support/database-server.ts')],
          setupFiles: [ofRepository('test/support/leak-check.ts')],
        },
      },
    ],
  },
});
