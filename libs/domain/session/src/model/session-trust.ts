import { days } from '#domain/kernel';
import type { AuthenticationMethod, Session } from './session.entity.js';

export type TrustLevel = 'low' | 'medium' | 'high';

export interface SessionTrust {
  /** From 0 to 100. */
  readonly score: number;
  readonly level: TrustLevel;
}

/**
 * Points that add up to the score. A device that its owner trusts is the only way to high trust: time alone, which a
 * patient thief has too, does not lead there.
 */
const DEVICE = { trusted: 75, new: 35, longKnown: 45, forgotten: 25 };
const METHODS: Readonly<Record<AuthenticationMethod, number>> = { otp: 20, pwd: 15 };
const MOST_BY_METHODS = 24;
/** Lost by a proof that is as old as `LONG`. */
const STALE = 10;
/** Lost at the highest risk. */
const RISK = 50;
/** Lost in another country than where the session was opened: enough to bring any session down to `low`. */
const NEW_PLACE = 65;

const LONG = days(30);
const MEDIUM = 40;
const HIGH = 70;

/**
 * How sure one can be that a session is still in the hands of who opened it, seen from a request out of `country`
 * (null where that is unknown, which lowers nothing).
 */
export function trustIn(session: Session, country: string | null, now: Date): SessionTrust {
  const { state } = session;
  const elsewhere = country !== null && state.country !== null && country !== state.country;
  const points =
    pointsOfDevice(session, now) +
    pointsOfMethods(state.authenticationMethods) -
    STALE * shareOf(now.getTime() - state.createdAt.getTime(), LONG) -
    RISK * shareOf(state.risk.score, 100) -
    (elsewhere ? NEW_PLACE : 0);
  const score = Math.round(Math.min(100, Math.max(0, points)));
  return { score, level: score >= HIGH ? 'high' : score >= MEDIUM ? 'medium' : 'low' };
}

function pointsOfDevice({ device }: Session, now: Date): number {
  if (!device) return DEVICE.forgotten;
  if (device.trusted) return DEVICE.trusted;
  const known = shareOf(now.getTime() - device.firstSeenAt.getTime(), LONG);
  return DEVICE.new + (DEVICE.longKnown - DEVICE.new) * known;
}

const pointsOfMethods = (methods: readonly AuthenticationMethod[]): number =>
  Math.min(
    MOST_BY_METHODS,
    [...new Set(methods)].reduce((sum, method) => sum + METHODS[method], 0),
  );

const shareOf = (part: number, whole: number): number => Math.min(1, Math.max(0, part / whole));
