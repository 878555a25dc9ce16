import { Inject, Injectable } from '@nestjs/common';
import { AgentSearch } from '../../agents/agent-search.service.js';
import { isInterfaceName, MOST_INTERFACES } from '../../jobs/interface-names.js';
import { ProfilesService } from '../../jobs/profiles/profiles.service.js';
import { interfacesOf, testvarsIn, testvarsOf, type NeededInterface } from './interfaces.js';
import type { PackageNotes } from './package-model.js';
import { noSuch } from './refusals.js';

/** The config and the device that a package names. */
@Injectable()
export class References {
  constructor(
    @Inject(ProfilesService) private readonly profiles: ProfilesService,
    @Inject(AgentSearch) private readonly agents: AgentSearch,
  ) {}

  /** Throws `not_found` for what is not there. */
  async check({ config_id: config = 0, device_id: device = 0 }: PackageNotes): Promise<void> {
    if (config !== 0 && (await this.profiles.some([String(config)])).length === 0) throw noSuch('config');
    if (device === 0) return;
    const conditions = [{ field: { column: 'number' }, operator: 'in' as const, value: [String(device)] }];
    const { total } = await this.agents.search({ conditions, isUnion: false, sort: [], offset: 0, limit: 0 });
    if (total === 0) throw noSuch('device');
  }

  /** What runs of the package's own schedule hold: a launch looks at the config again, a trigger does not. */
  async interfacesOf(notes: PackageNotes): Promise<string[]> {
    const needed = await this.neededBy(notes);
    return needed
      .map(({ value }) => value)
      .filter(isInterfaceName)
      .slice(0, MOST_INTERFACES);
  }

  /** What config and arguments of a package name. */
  async neededBy({ config_id: config = 0, extra_cli_args: args = '' }: PackageNotes): Promise<NeededInterface[]> {
    const [profile] = config === 0 ? [] : await this.profiles.some([String(config)]);
    return interfacesOf([...testvarsOf(profile?.contents ?? ''), ...testvarsIn(args)], []);
  }
}
