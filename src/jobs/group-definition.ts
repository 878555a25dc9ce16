import type { JobGroup } from './group.entity.js';
import type { PatchGroupDto } from './group-input.dto.js';

/** The columns of a group that its owner defines. */
export type GroupDefinition = Pick<
  JobGroup,
  'name' | 'description' | 'attributes' | 'maxConcurrency' | 'whenBusy' | 'maxQueued'
>;

/** What a group gets that its owner says nothing about. */
export const GROUP_DEFAULTS: Omit<GroupDefinition, 'name'> = {
  description: '',
  attributes: {},
  maxConcurrency: null,
  whenBusy: 'queue',
  maxQueued: 1_000,
};

/** Lays `input` over `base`. */
export function defineGroup(
  input: PatchGroupDto,
  base: Omit<GroupDefinition, 'name'> & Partial<GroupDefinition>,
): GroupDefinition {
  return {
    name: input.name ?? base.name ?? '',
    description: input.description ?? base.description,
    attributes: input.attributes ?? base.attributes,
    maxConcurrency: input.maxConcurrency === undefined ? base.maxConcurrency : input.maxConcurrency,
    whenBusy: input.whenBusy ?? base.whenBusy,
    maxQueued: input.maxQueued ?? base.maxQueued,
  };
}

/** The values of `put_gate` for a group. */
export function gateOf(id: string, tenantId: string, group: GroupDefinition): unknown[] {
  const maxQueued = group.whenBusy === 'queue' ? group.maxQueued : 0;
  const onFull = group.whenBusy === 'reject' ? 'reject' : 'skip';
  return [id, tenantId, group.maxConcurrency, maxQueued, onFull, group.maxQueued, null];
}
