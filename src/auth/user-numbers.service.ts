import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '../config/config.module.js';
import type { Config } from '../config/config.js';
import { currentTenant } from '../context/request-context.js';
import { SystemDatabase } from '../database/system-database.js';
import { ANONYMOUS } from './open-mode.js';
import { USER_NUMBERS } from './sql/user-numbers.js';

/** The number of everybody where nobody signs in. */
export const ANONYMOUS_NUMBER = '1';

/** Users by integers, for clients that know no other ids. Names that belong to no user, as those of tokens, have none. */
@Injectable()
export class UserNumbers {
  constructor(
    @Inject(SystemDatabase) private readonly database: SystemDatabase,
    @Inject(CONFIG) private readonly config: Pick<Config, 'isAuthOn'>,
  ) {}

  /** Of these names, as they stand in `created_by`; with null of all who may act for the tenant of the request. */
  async byName(names: readonly string[] | null): Promise<ReadonlyMap<string, string>> {
    const own: [string, string][] = this.config.isAuthOn ? [] : [[ANONYMOUS.name, ANONYMOUS_NUMBER]];
    const asked = names?.filter((name) => this.config.isAuthOn || name !== ANONYMOUS.name);
    if (asked?.length === 0) return new Map(own);
    const values = [asked ?? null, currentTenant().id];
    const rows = await this.database.query<{ username: string; number: string }>(USER_NUMBERS, values);
    return new Map([...rows.map((row): [string, string] => [row.username, row.number]), ...own]);
  }

  /** Of one name; undefined: it is nobody's. Needs no tenant, so it also serves a sign-in. */
  async numberOf(name: string): Promise<string | undefined> {
    const [row] = await this.database.query<{ number: string }>(USER_NUMBERS, [[name], null]);
    return row?.number;
  }
}
