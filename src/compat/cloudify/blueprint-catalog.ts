/** The blueprints that there are. Carillon reads no blueprint files; a deployment brings its workflows itself, or takes those of its blueprint. */
import type { JsonObject } from './json-type.js';

/** A blueprint: what deployments of it can do when they say nothing else. */
export interface Blueprint {
  readonly id: string;
  readonly description: string;
  readonly workflows: JsonObject;
}

export const BLUEPRINTS: readonly Blueprint[] = [
  {
    id: 'hello-world',
    description: 'Made with the server. Its workflows do nothing and end well.',
    workflows: {
      install: { operation: 'noop', parameters: {} },
      uninstall: {
        operation: 'noop',
        parameters: { ignore_failure: { type: 'boolean', default: false, description: 'Go on after an error.' } },
      },
      execute_operation: {
        operation: 'noop',
        parameters: {
          operation: { type: 'string', description: 'What to do on each node.' },
          operation_kwargs: { type: 'dict', default: {} },
          node_ids: { type: 'list', default: [] },
        },
      },
    },
  },
];
