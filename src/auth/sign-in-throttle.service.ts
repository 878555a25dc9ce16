import { Inject, Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { SystemDatabase } from '../database/system-database.js';
import { digestOf } from './secret-text.js';
import { COUNT_ATTEMPT } from './sql/count-attempt.js';
import { DELETE_OLD_ATTEMPTS } from './sql/delete-old-attempts.js';
import { FORGIVE_ATTEMPT } from './sql/forgive-attempt.js';

const SWEEP_EVERY_MS = 10 * 60_000;

/**
 * Attempts that cost nothing, and the longest pause afterwards. An account is paused for all strange addresses only after many
 * failures and never for long, else anybody could lock its owner out.
 */
const LIMITS = {
  account: { free: 50, mostSeconds: 30 },
  address: { free: 30, mostSeconds: 900 },
  pair: { free: 5, mostSeconds: 900 },
} as const;

type Kind = keyof typeof LIMITS;

/** What attempts are counted by, each as a digest. */
export type AttemptSubjects = Readonly<Record<Kind, string>>;

/** Slows down guessing: per account, per address, and per account from one address. In the database, so that replicas share it. */
@Injectable()
export class SignInThrottle {
  private nextSweepAtMs = 0;

  constructor(@Inject(SystemDatabase) private readonly database: SystemDatabase) {}

  /** Counts an attempt. Returns the seconds to wait when it must not be made now (at least 1), else 0. */
  async count(subjects: AttemptSubjects, isKnownPlace: boolean): Promise<number> {
    const kinds: Kind[] = isKnownPlace ? ['address', 'pair'] : ['account', 'address', 'pair'];
    const [answer] = await this.database.query<{ counted: number; waitSeconds: number | null }>(COUNT_ATTEMPT, [
      kinds,
      kinds.map((kind) => subjects[kind]),
      kinds.map((kind) => LIMITS[kind].free),
      kinds.map((kind) => LIMITS[kind].mostSeconds),
    ]);
    await this.sweepInPassing();
    return answer?.counted === kinds.length ? 0 : Math.max(1, answer?.waitSeconds ?? 1);
  }

  /** To be called after a right password. */
  async forgive(subjects: AttemptSubjects): Promise<void> {
    await this.database.query(FORGIVE_ATTEMPT, [subjects.account, subjects.address, subjects.pair]);
  }

  private async sweepInPassing(): Promise<void> {
    if (Date.now() < this.nextSweepAtMs) return;
    this.nextSweepAtMs = Date.now() + SWEEP_EVERY_MS;
    await this.database.query(DELETE_OLD_ATTEMPTS);
  }
}

/** What an attempt for `username` (any case) from `address` counts for. */
export function subjectsOf(username: string, address: string): AttemptSubjects {
  const name = username.toLowerCase();
  const place = placeOf(address);
  return {
    account: digestOf(JSON.stringify([name])),
    address: digestOf(JSON.stringify([place])),
    pair: digestOf(JSON.stringify([name, place])),
  };
}

/** An IPv4 address, or the /64 of an IPv6 one: whoever has one address there has all of them. */
export function placeOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6
    ? parsed.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')
    : parsed.toString();
}
