import { Inject, Injectable } from '@nestjs/common';
import { AgentSearch } from '../../agents/agent-search.service.js';
import type { Launch, Named } from '../../executions/launches.service.js';
import { isInterfaceName, MOST_INTERFACES } from '../../jobs/interface-names.js';
import type { JobView } from '../../jobs/job.dto.js';
import { JobSearch } from '../../jobs/job-search.service.js';
import type { Profile } from '../../jobs/profiles/profile.entity.js';
import { ProfilesService } from '../../jobs/profiles/profiles.service.js';
import type { BodyFields } from './body-fields.js';
import { interfacesOf, testvarsIn, testvarsOf, type NeededInterface, type Testvar } from './interfaces.js';
import { readOptions, type JobOptions } from './job-options.js';
import { detailsOf } from './job.wire.js';
import { isOfThisApi, notesOf } from './package-model.js';
import { badField, noSuch } from './refusals.js';

/** What a launch names; undefined: nothing. */
export interface LaunchRequest {
  readonly packageId: string;
  readonly deviceId: string | undefined;
  readonly configId: string | undefined;
  readonly options: JobOptions;
  readonly runAt: Date | undefined;
}

/** A launch with everything found that it names. */
export interface PlannedLaunch {
  readonly launch: Launch;
  readonly interfaces: readonly NeededInterface[];
}

/** These classes know their parameters and refuse others. */
const STRICT_CLASSES = ['shell', 'http'];
const NOBODY: Named = { number: '0', name: '' };

/** Reads a launch; `packageId` stands in the place of the one in the body. Throws `invalid_input`. */
export function readLaunch(fields: BodyFields, packageId?: string): LaunchRequest {
  const id = packageId ?? fields.id('package_id');
  if (id === undefined) throw badField('package_id', null, 'the id of a package');
  return {
    packageId: id,
    deviceId: fields.id('device_id'),
    configId: fields.id('config_id'),
    options: readOptions(fields.object('options')),
    runAt: fields.time('run_at'),
  };
}

interface Known {
  readonly packages: ReadonlyMap<string, JobView>;
  readonly configs: ReadonlyMap<string, Profile>;
  readonly devices: ReadonlyMap<string, { readonly number: string; readonly name: string }>;
}

/** Finds what launches name: packages, devices and configs, and with them the interfaces. */
@Injectable()
export class LaunchPlans {
  constructor(
    @Inject(JobSearch) private readonly jobs: JobSearch,
    @Inject(ProfilesService) private readonly profiles: ProfilesService,
    @Inject(AgentSearch) private readonly agents: AgentSearch,
  ) {}

  /** Four statements at most, however many they are. Throws `not_found` in the original's words, and `invalid_input` for an interface that cannot be one. */
  async plan(requests: readonly LaunchRequest[]): Promise<PlannedLaunch[]> {
    const packages = byNumber(
      await this.jobs.some(unique(requests.map(({ packageId }) => packageId))),
      ({ job }) => job.number,
    );
    const notes = [...packages.values()].map(notesOf);
    const configIds = [...requests.map(({ configId }) => configId), ...notes.map((one) => digits(one.config_id))];
    const deviceIds = [...requests.map(({ deviceId }) => deviceId), ...notes.map((one) => digits(one.device_id))];
    const configs = byNumber(await this.profiles.some(unique(configIds)), ({ number }) => number);
    const devices = byNumber(await this.devices(unique(deviceIds)), ({ number }) => number);
    return requests.map((request) => planned(request, { packages, configs, devices }));
  }

  private async devices(
    numbers: readonly string[],
  ): Promise<Known['devices'] extends ReadonlyMap<string, infer One> ? readonly One[] : never> {
    if (numbers.length === 0) return [];
    const conditions = [{ field: { column: 'number' }, operator: 'in' as const, value: numbers }];
    return (await this.agents.search({ conditions, isUnion: false, sort: [], offset: 0, limit: null })).rows;
  }
}

function planned(request: LaunchRequest, { packages, configs, devices }: Known): PlannedLaunch {
  const found = packages.get(request.packageId);
  if (found === undefined) throw noSuch('package');
  const named = request.configId === undefined ? undefined : configs.get(request.configId);
  if (request.configId !== undefined && named === undefined) throw noSuch('config');
  const device = request.deviceId === undefined ? undefined : devices.get(request.deviceId);
  if (request.deviceId !== undefined && device === undefined) throw noSuch('device');
  const notes = notesOf(found);
  const config = named ?? configs.get(digits(notes.config_id) ?? '');
  const aboutDevice = device ?? devices.get(digits(notes.device_id) ?? '');
  const interfaces = needed(found, config, request.options);
  return {
    interfaces,
    launch: {
      jobId: found.job.id,
      parameters: parametersFor(found, request, config, aboutDevice),
      interfaces: interfaces.map(({ value }) => value),
      runAt: request.runAt ?? null,
      profile: { number: named?.number ?? NOBODY.number, name: config?.name ?? '' },
      device: { number: device?.number ?? NOBODY.number, name: aboutDevice?.name ?? '' },
      details: { ...detailsOf(request.options, interfaces) },
    },
  };
}

/** The config first, then the arguments of the package, then those of the launch: the latest counts. */
function needed(found: JobView, config: Profile | undefined, options: JobOptions): NeededInterface[] {
  const testvars: Testvar[] = [
    ...testvarsOf(config?.contents ?? ''),
    ...testvarsIn(notesOf(found).extra_cli_args ?? ''),
    ...testvarsIn(options.extra_cli_args ?? ''),
    ...(options.testvars ?? []).flatMap(({ name, value }) =>
      name === undefined ? [] : [{ name, value: value ?? '' }],
    ),
  ];
  const interfaces = interfacesOf(testvars, found.job.interfaces);
  const wrong = interfaces.find(({ value }) => !isInterfaceName(value));
  if (wrong) {
    const right = 'a name of 1 to 64 letters, digits and _ . : / -, the first a letter or a digit';
    throw badField(`the interface ${wrong.name ?? ''}`.trim(), wrong.value, right);
  }
  if (interfaces.length > MOST_INTERFACES)
    throw badField('the number of interfaces', interfaces.length, `at most ${MOST_INTERFACES}`);
  return interfaces;
}

/** What the job class learns of the launch: all of it, under one name. */
function parametersFor(
  found: JobView,
  { options }: LaunchRequest,
  config: Profile | undefined,
  device: Named | undefined,
): Record<string, unknown> {
  const { job } = found;
  if (!isOfThisApi(found) || STRICT_CLASSES.includes(job.jobClass)) return {};
  const { testlist = [], extra_cli_args = '', options: packageOptions = {} } = notesOf(found);
  return {
    cdrouter: {
      package: { id: job.number, name: job.name, testlist, extra_cli_args, options: packageOptions },
      config: config ? { id: config.number, name: config.name, contents: config.contents } : null,
      device: device ? { id: device.number, name: device.name } : null,
      options,
    },
  };
}

function digits(id: number | undefined): string | undefined {
  return id === undefined ? undefined : String(id);
}

function unique(ids: readonly (string | undefined)[]): string[] {
  return [...new Set(ids.filter((id) => id !== undefined))];
}

function byNumber<Thing>(things: readonly Thing[], numberOf: (thing: Thing) => string): Map<string, Thing> {
  return new Map(things.map((thing) => [numberOf(thing), thing]));
}
