import { DomainError } from '../kernel/domain-error.js';

/** A tag was to be given to agents or jobs that are not there. `not_found`, with the ids for who words it otherwise. */
export class MissingRelations extends DomainError {
  constructor(
    readonly agentIds: readonly string[],
    readonly jobNumbers: readonly string[],
  ) {
    const agents = agentIds.map((id) => `agent ${JSON.stringify(id)}`);
    const jobs = jobNumbers.map((number) => `job number ${number}`);
    super('not_found', `There is no ${[...agents, ...jobs].join(', no ')}.`);
  }
}
