import { describe, expect, it } from 'vitest';
import { agentHelpText, readAgentCommand } from './agent-command-line.js';

describe('the arguments of carillon-agent', () => {
  it('become the settings that they stand for', () => {
    expect(readAgentCommand(['--url', 'http://a', '--slots=4', '--tags', 'gpu,linux', '--shared'])).toEqual({
      kind: 'run',
      settings: { AGENT_URL: 'http://a', AGENT_SLOTS: '4', AGENT_TAGS: 'gpu,linux', AGENT_SHARED: 'true' },
    });
  });

  it('that are unknown are named', () => {
    const command = readAgentCommand(['--slot', '4']);
    expect(command.kind === 'misuse' && command.message).toMatch(/--slot/);
  });

  it('are all in the help', () => {
    for (const word of ['--url', '--data-dir', '--job-classes', 'AGENT_TOKEN', 'SHUTDOWN_GRACE_SECONDS'])
      expect(agentHelpText()).toContain(word);
  });
});
