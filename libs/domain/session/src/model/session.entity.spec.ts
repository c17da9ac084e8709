import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { days, minutes, seconds } from '#domain/kernel';
import { circumstances } from '#domain/session/testing';
import { Session, sessionsToSupersede, type SessionPolicy } from './session.entity.js';

const policy: SessionPolicy = {
  maximumPerUser: 5,
  accessTokenLifetime: minutes(15),
  idleLifetime: days(30),
  absoluteLifetime: days(90),
  refreshGrace: seconds(10),
};
const origin = { address: '203.0.113.7', userAgent: 'test', requestId: 'r' };
const openedAt = (at: number, id: string): Session =>
  Session.open(id, 'user', ['otp'], circumstances, origin, policy, new Date(at));

describe('Session', () => {
  it('lives until its sliding expiry and not one millisecond longer', () => {
    const session = openedAt(0, 's');
    expect(session.isLive(new Date(days(30) - 1))).toBe(true);
    expect(session.isLive(new Date(days(30)))).toBe(false);
  });

  it('never slides past its absolute expiry', () => {
    const short = { ...policy, idleLifetime: days(30), absoluteLifetime: days(1) };
    const session = Session.open('s', 'user', ['otp'], circumstances, origin, short, new Date(0));
    expect(session.state.expiresAt).toEqual(new Date(days(1)));
  });
});

describe('the session limit', () => {
  const sessions = fc
    .uniqueArray(fc.nat(1_000), { maxLength: 20 })
    .map((times) => times.map((at) => openedAt(at, `s${at}`).state));

  it('leaves room for exactly one more and ends the oldest', () => {
    fc.assert(
      fc.property(sessions, fc.integer({ min: 1, max: 10 }), (live, maximum) => {
        const ended = new Set(sessionsToSupersede(live, maximum));
        const kept = live.filter((session) => !ended.has(session));
        expect(kept.length).toBe(Math.min(live.length, maximum - 1));
        const oldestKept = Math.min(...kept.map((s) => s.createdAt.getTime()));
        for (const session of ended) expect(session.createdAt.getTime()).toBeLessThan(oldestKept);
      }),
    );
  });

  it('ends nothing where there is no limit', () => {
    fc.assert(fc.property(sessions, (live) => expect(sessionsToSupersede(live, null)).toEqual([])));
  });
});
