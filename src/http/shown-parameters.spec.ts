import { describe, expect, it } from 'vitest';
import { shownParameter } from './shown-parameters.js';

describe('a parameter as it is shown', () => {
  const query = { name: 'state', in: 'query', schema: { type: 'array', example: ['failed', 'missed'] } };

  it('tells the example of an optional one in words', () => {
    const shown = shownParameter('/api/v2/executions', { ...query, description: 'In these states.' });
    expect(shown.description).toBe('In these states. For example `failed,missed`.');
    expect(shown.schema).toEqual({ type: 'array' });
    expect(shownParameter('/x', query).description).toBe('For example `failed,missed`.');
    expect(query.schema.example).toEqual(['failed', 'missed']);
  });

  it('keeps the example of a required one, and what has none', () => {
    const required = { ...query, required: true };
    expect(shownParameter('/x', required)).toBe(required);
    const plain = { name: 'q', in: 'query' };
    expect(shownParameter('/x', plain)).toBe(plain);
  });

  it.each([
    ['/api/v2/jobs/{id}/tags/{tag}', 'id', 'Id of the job.'],
    ['/api/v2/jobs/{jobId}/triggers/{id}', 'id', 'Id of the trigger.'],
    ['/api/v2/jobs/{jobId}/triggers/{id}', 'jobId', 'Id of the job.'],
    ['/api/v2/agent-join-tokens/{id}', 'id', 'Id of the agent join token.'],
    ['/api/v2/jobs/{id}/tags/{tag}', 'tag', undefined],
    ['/api/1/plans/{id}', 'id', undefined],
  ])('of %s says what {%s} is', (path, name, words) => {
    expect(shownParameter(path, { name, in: 'path', required: true }).description).toBe(words);
  });
});
