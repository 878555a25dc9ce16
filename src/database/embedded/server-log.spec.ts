import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendFile, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { boundLog, logSize, readLogFrom } from './server-log.js';

describe('the server log', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'server-log-'));
    file = join(folder, 'postgres.log');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is left alone up to the bound', async () => {
    await writeFile(file, '12345');
    await boundLog(file, 5);
    expect(await readFile(file, 'utf8')).toBe('12345');
    await expect(stat(`${file}.1`)).rejects.toThrow('ENOENT');
  });

  it('moves aside past the bound, and a server that holds it open goes on writing at its start', async () => {
    const server = await open(file, 'a');
    await server.write('old lines');
    await boundLog(file, 5);
    await server.write('new');
    await server.close();
    expect(await readFile(`${file}.1`, 'utf8')).toBe('old lines');
    expect(await readFile(file, 'utf8')).toBe('new');
  });

  it('keeps a single older part', async () => {
    await writeFile(file, 'first part');
    await boundLog(file, 5);
    await appendFile(file, 'second part');
    await boundLog(file, 5);
    expect(await readFile(`${file}.1`, 'utf8')).toBe('second part');
    expect(await logSize(file)).toBe(0);
  });

  it('may be missing', async () => {
    await boundLog(file, 5);
    expect(await logSize(file)).toBe(0);
  });

  it('is read from an offset on', async () => {
    await writeFile(file, 'before|after');
    expect(await readLogFrom(file, 7)).toBe('after');
    expect(await readLogFrom(file, 99)).toBe('');
  });
});
