import { invalidField } from '../kernel/domain-error.js';
import type { OnFull } from './gate.entity.js';
import type { PatchJobDto } from './job-input.dto.js';
import type { Job } from './job.entity.js';

/** The columns of a job that its owner defines. */
export type JobDefinition = Pick<
  Job,
  | 'name'
  | 'description'
  | 'jobClass'
  | 'args'
  | 'parameters'
  | 'requiredTags'
  | 'excludedTags'
  | 'interfaces'
  | 'priority'
  | 'timeoutMs'
  | 'killGraceMs'
  | 'maxOutputBytes'
  | 'maxAttempts'
  | 'retryInitialMs'
  | 'retryFactor'
  | 'retryMaxMs'
  | 'retryJitter'
  | 'overlapPolicy'
  | 'maxConcurrency'
  | 'maxQueued'
  | 'historyDays'
>;

/** What a job gets that its owner says nothing about. */
export const JOB_DEFAULTS: Omit<JobDefinition, 'name' | 'jobClass'> = {
  description: '',
  args: [],
  parameters: {},
  requiredTags: [],
  excludedTags: [],
  interfaces: [],
  priority: 0,
  timeoutMs: null,
  killGraceMs: 10_000,
  maxOutputBytes: 1_048_576,
  maxAttempts: 1,
  retryInitialMs: 5_000,
  retryFactor: 2,
  retryMaxMs: 3_600_000,
  retryJitter: 0.2,
  overlapPolicy: 'allow',
  maxConcurrency: null,
  maxQueued: 1_000,
  historyDays: null,
};

/**
 * Lays `input` over `base`. Throws `invalid_input` for fields that contradict each other: a limit without an overlap policy, a tag that is
 * required and excluded.
 */
export function defineJob(
  input: PatchJobDto,
  base: Omit<JobDefinition, 'name' | 'jobClass'> & Partial<JobDefinition>,
): JobDefinition {
  const policy = input.overlapPolicy ?? base.overlapPolicy;
  if (policy === 'allow' && input.maxConcurrency != null) {
    throw invalidField(
      '/maxConcurrency',
      'needs_overlap_policy',
      `/maxConcurrency is ${input.maxConcurrency}, but the overlap policy allow has no limit; choose another overlapPolicy, such as skip or queue_all.`,
    );
  }
  const requiredTags = input.requiredTags === undefined ? base.requiredTags : normaliseTags(input.requiredTags);
  const excludedTags = input.excludedTags === undefined ? base.excludedTags : normaliseTags(input.excludedTags);
  const both = requiredTags.find((tag) => excludedTags.includes(tag));
  if (both !== undefined) {
    throw invalidField(
      '/excludedTags',
      'contradiction',
      `/excludedTags holds ${JSON.stringify(both)}, which requiredTags asks for: no worker could fit.`,
    );
  }
  return {
    name: input.name ?? base.name ?? '',
    description: input.description ?? base.description,
    jobClass: input.jobClass ?? base.jobClass ?? '',
    args: input.args ?? base.args,
    parameters: input.parameters ?? base.parameters,
    requiredTags,
    excludedTags,
    interfaces: input.interfaces === undefined ? base.interfaces : normaliseInterfaces(input.interfaces),
    priority: input.priority ?? base.priority,
    timeoutMs: input.timeoutSeconds === undefined ? base.timeoutMs : toMs(input.timeoutSeconds),
    killGraceMs: toMs(input.killGraceSeconds) ?? base.killGraceMs,
    maxOutputBytes: input.maxOutputBytes ?? base.maxOutputBytes,
    maxAttempts: input.retry?.maxAttempts ?? base.maxAttempts,
    retryInitialMs: toMs(input.retry?.initialDelaySeconds) ?? base.retryInitialMs,
    retryFactor: input.retry?.factor ?? base.retryFactor,
    retryMaxMs: toMs(input.retry?.maxDelaySeconds) ?? base.retryMaxMs,
    retryJitter: input.retry?.jitter ?? base.retryJitter,
    overlapPolicy: policy,
    maxConcurrency: policy === 'allow' ? null : (input.maxConcurrency ?? base.maxConcurrency ?? 1),
    maxQueued: input.maxQueued ?? base.maxQueued,
    historyDays: input.historyDays === undefined ? base.historyDays : input.historyDays,
  };
}

/** How many runs the gate of a job lets wait. */
export function queueLimit(job: Pick<Job, 'overlapPolicy' | 'maxQueued'>): number {
  switch (job.overlapPolicy) {
    case 'allow':
    case 'skip':
      return 0;
    case 'queue_one':
    case 'cancel_other':
    case 'force_cancel_other':
      return 1;
    case 'queue_all':
      return job.maxQueued;
  }
}

/** What the gate of a job does with a run that can neither pass nor wait. */
export function onFull(job: Pick<Job, 'overlapPolicy'>): OnFull {
  return job.overlapPolicy === 'cancel_other' || job.overlapPolicy === 'force_cancel_other'
    ? job.overlapPolicy
    : 'skip';
}

/** Lower case, sorted, without repeats: requirements that mean the same share a queue. */
function normaliseTags(tags: readonly string[]): string[] {
  return [...new Set(tags.map((tag) => tag.trim().toLowerCase()))].sort();
}

/** Sorted, without repeats: runs that need the same share a queue. Case matters, as it does to the systems that know the names. */
export function normaliseInterfaces(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

function toMs(seconds: number | null | undefined): number | null {
  return seconds == null ? null : Math.round(seconds * 1000);
}
