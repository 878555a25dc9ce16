import { Inject, Injectable } from '@nestjs/common';
import { currentTenant } from '../context/request-context.js';
import { Database } from '../database/database.js';
import { listAttributedGroups } from './sql/list-attributed-groups.js';

/** A group that a compatible API made, by a key of its attributes. */
export interface AttributedGroup {
  readonly id: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Which slice, and by what it is ordered. Absent filters match all. */
export interface AttributedGroupsQuery {
  readonly contains?: readonly Readonly<Record<string, unknown>>[];
  readonly names?: readonly string[];
  /** A text that is part of the name, or of this member of the value, regardless of case. */
  readonly like?: { readonly text: string; readonly member: string };
  readonly orderBy: 'name' | 'created_at';
  readonly falls: boolean;
  readonly offset: number;
  readonly rows: number;
}

/** Reads groups that compatible APIs know as something of their own, of the tenant of the request. Each method is one statement. */
@Injectable()
export class AttributedGroups {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** A slice, and how many there are in all; 0 behind the last one. */
  async list(key: string, query: AttributedGroupsQuery): Promise<{ rows: AttributedGroup[]; total: number }> {
    const { contains, names, like, orderBy, falls, offset, rows } = query;
    const pattern = like === undefined ? null : `%${like.text.replaceAll(/[\\%_]/g, '\\$&')}%`;
    const objects = contains?.map((one) => JSON.stringify(one)) ?? null;
    const filters = [currentTenant().id, key, objects, names ?? null];
    const values = [...filters, orderBy === 'name', falls, offset, rows, pattern, like?.member ?? null];
    const found = await this.database.query<AttributedGroup & { total: number }>(listAttributedGroups, values);
    if (found.length > 0 || (offset === 0 && rows > 0)) return { rows: found, total: found[0]?.total ?? 0 };
    // A slice without rows says nothing of the total.
    const { total } = await this.list(key, { ...query, offset: 0, rows: 1 });
    return { rows: [], total };
  }

  /** Undefined: no group of that name has the key. */
  async find(key: string, name: string): Promise<AttributedGroup | undefined> {
    const query = { names: [name], orderBy: 'name', falls: false, offset: 0, rows: 1 } as const;
    return (await this.list(key, query)).rows[0];
  }
}
