// The physical limit of a list request: Fastify and pg with the same query, rows sent as they come. No tenants, no accounts, no validation.
import Fastify from 'fastify';
import pg from 'pg';
import { serve, settings } from './driver.mjs';

const pool = new pg.Pool({ connectionString: settings.url, max: 10 });
const app = Fastify();
app.get('/executions', async () => {
  const { rows } = await pool.query(settings.query, settings.values);
  return { items: rows.slice(0, settings.values.at(-1) - 1) };
});
await app.listen({ port: 0, host: '127.0.0.1' });

serve({
  page: () => ({ port: app.server.address().port }),
  async close() {
    await app.close();
    await pool.end();
  },
});
