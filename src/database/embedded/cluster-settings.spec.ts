import { describe, expect, it } from 'vitest';
import { settingsFile } from './cluster-settings.js';

describe('the settings file', () => {
  it('lets given settings win and quotes every value', () => {
    const lines = settingsFile('/data', { jit: 'on', log_line_prefix: "it's " }).split('\n');
    expect(lines).toContain("jit = 'on'");
    expect(lines).toContain("log_line_prefix = 'it''s '");
    expect(lines.filter((line) => line.startsWith('jit '))).toHaveLength(1);
  });

  it('never trades an acknowledged row for speed by itself', () => {
    expect(settingsFile('/data')).toMatch(/^fsync = 'on'\nsynchronous_commit = 'on'$/m);
  });
});
