import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import { FixedClock } from '#domain/kernel/testing';
import { AssessTrust, FindTrustedSession, Session, type AccessClaims } from '#domain/session';
import { aSession, ReadableAccessTokens, twoCities } from '#domain/session/testing';
import { SessionCookies } from '../cookies/session-cookies.js';
import { trustedCaller } from './trusted-caller.js';

const clock = new FixedClock();
const { state } = aSession({ country: 'DE', createdAt: clock.now() });
const session = Session.restore(state, { firstSeenAt: clock.now(), trusted: true });

/** One token was verified before. */
class VerifiedBefore extends ReadableAccessTokens {
  override remembered(token: string): AccessClaims | null {
    const { userId, id: sessionId } = session;
    const claims = { userId, sessionId, roles: [], tokenId: 'token', issuedAt: 0, expiresAt: 1 };
    return token === 'known' ? claims : null;
  }
}

const find = new FindTrustedSession(
  new VerifiedBefore(),
  { find: () => ({ session, roles: [] }) },
  new AssessTrust(twoCities, clock),
  clock,
);
const cookies = new SessionCookies({ secure: true, sameSite: 'lax', domain: undefined });
const caller = trustedCaller(find, cookies);
const from = (headers: Record<string, string>, ip = '203.0.113.9') =>
  caller({ headers, ip, socket: {} } as unknown as FastifyRequest);

describe('A trusted caller', () => {
  it.each([
    ['a header', { authorization: 'Bearer known' }],
    ['a cookie', { cookie: '__Host-access=known' }],
  ])('is known by the token in %s, and where the session was opened', (_where, headers) => {
    expect(from(headers)).toBe(session.userId);
    expect(from(headers, '198.51.100.9')).toBeNull();
  });

  it.each([
    ['nothing', {}],
    ['a token that was not verified here', { authorization: 'Bearer other' }],
    ['what is no token', { authorization: 'Basic known' }],
    [
      'a cookie beside a header that says something else',
      { authorization: 'x', cookie: '__Host-access=known' },
    ],
    ['two cookies, of which one was planted', { cookie: '__Host-access=known; __Host-access=known' }],
  ])('is not known by %s', (_what, headers) => {
    expect(from(headers)).toBeNull();
  });
});
