import { hours, minutes } from '#domain/kernel';
import { leastDistanceKm, type Place } from '../model/place.js';
import { RISK_REASONS, type RiskReason } from '../model/risk-reason.js';
import type { RiskWeights } from '../model/risk-weights.js';
import type { SignInHistory, SignInSignals } from '../model/sign-in-signals.js';
import type { AddressReputation } from '../ports/address-reputation.port.js';
import type { GeoReader } from '../ports/geo-reader.port.js';

export interface RiskAssessment {
  /** From 0 to 100. */
  readonly score: number;
  readonly reasons: readonly RiskReason[];
  readonly place: Place | null;
}

/** From 0, nothing to see, to 1, as clear as this reason gets. */
type Strength = number;

/** As fast as airliners are: what is faster was two people, or one behind two networks. */
const FASTEST_KM_PER_HOUR = 900;

/** What somebody is granted even at the same instant, or by a clock that was set back: 150 km of a vague database. */
const LEAST_ELAPSED = minutes(10);

/** Sign-ins within an hour: what several tabs and devices come to, and what only a program does. */
const VELOCITY = { usual: 4, clear: 20 };

/** Wrong proofs: a typing mistake or two, and what locks an account by default. */
const FAILED_ATTEMPTS = { usual: 2, clear: 10 };

/** An hour is unusual to those with habits: of so many sign-ins, less than the share was within the hours around it. */
const UNUSUAL_HOUR = { leastSignIns: 20, share: 0.02, around: 2 };

/**
 * Scores how likely a sign-in is somebody else's. Pure arithmetic over what is already in memory: it decides
 * nothing, and costs microseconds.
 *
 * The reasons are combined as causes that each suffice with some probability (noisy-or; Pearl, "Probabilistic
 * Reasoning in Intelligent Systems", 1988): 1 - (1 - a)(1 - b)... The score stays within its bounds by itself, one
 * more reason never lowers it, their order is nothing to it, and reasons that often come together, such as a new
 * country on impossible travel, add less than their sum.
 */
export class RiskAssessor {
  constructor(
    private readonly geo: GeoReader,
    private readonly reputation: AddressReputation,
    private readonly weights: RiskWeights,
  ) {}

  assess(signals: SignInSignals): RiskAssessment {
    const place = this.geo.locate(signals.address);
    const reasons: RiskReason[] = [];
    let harmless = 1;
    for (const reason of RISK_REASONS) {
      if (this.weights[reason] === 0) continue;
      const strength = this.#strengthOf(reason, signals, place);
      if (strength === 0) continue;
      reasons.push(reason);
      harmless *= 1 - (strength * this.weights[reason]) / 100;
    }
    return { score: Math.round(100 * (1 - harmless)), reasons, place };
  }

  #strengthOf(reason: RiskReason, signals: SignInSignals, place: Place | null): Strength {
    const { history } = signals;
    switch (reason) {
      case 'new-device':
        return Number(history !== null && signals.newDevice);
      case 'new-country':
        return Number(history !== null && place !== null && isNewCountry(history, place));
      case 'impossible-travel':
        return Number(place !== null && isImpossibleTravel(history?.last ?? null, place, signals.at));
      case 'velocity':
        return grade(signals.recentSignIns, VELOCITY);
      case 'failed-attempts':
        return grade(signals.failedAttempts, FAILED_ATTEMPTS);
      case 'listed-address':
        return Number(this.reputation.isListed(signals.address));
      case 'unusual-hour':
        return Number(history !== null && isUnusualHour(history.hours, signals.at.getUTCHours()));
    }
  }
}

/** Nothing up to what is usual, then evenly up to what is clear. */
const grade = (count: number, { usual, clear }: { usual: number; clear: number }): Strength =>
  Math.min(1, Math.max(0, (count - usual) / (clear - usual)));

/** An account whose earlier countries are unknown, by a database that was off or did not know, has none to compare to. */
const isNewCountry = ({ countries }: SignInHistory, { country }: Place): boolean =>
  countries.length > 0 && !countries.includes(country);

/** Never within a country: its mobile networks give out the addresses of one region in all of it. */
function isImpossibleTravel(last: SignInHistory['last'], place: Place, at: Date): boolean {
  if (!last || last.place.country === place.country) return false;
  const elapsedHours = Math.max(LEAST_ELAPSED, at.getTime() - last.at.getTime()) / hours(1);
  return leastDistanceKm(last.place, place) > FASTEST_KM_PER_HOUR * elapsedHours;
}

function isUnusualHour(counts: readonly number[], hour: number): boolean {
  const { leastSignIns, share, around } = UNUSUAL_HOUR;
  let [total, near] = [0, 0];
  for (const [at, count] of counts.entries()) {
    const apart = Math.abs(at - hour);
    total += count;
    if (Math.min(apart, 24 - apart) <= around) near += count;
  }
  return total >= leastSignIns && near < share * total;
}
