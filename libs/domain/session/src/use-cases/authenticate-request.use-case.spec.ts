import { describe, expect, it } from '@jest/globals';
import { minutes } from '#domain/kernel';
import { at, FixedClock } from '#domain/kernel/testing';
import { aSession, ReadableAccessTokens } from '#domain/session/testing';
import type { Session } from '../model/session.entity.js';
import type { SessionWithRoles } from '../ports/sessions.port.js';
import { AuthenticateRequest } from './authenticate-request.use-case.js';

const tokens = new ReadableAccessTokens();
const session = aSession();
const token = tokens
  .issue({
    userId: session.userId,
    sessionId: session.id,
    roles: ['user', 'admin'],
    tokenId: 'token',
    issuedAt: 0,
    expiresAt: 900,
  })
  .expose();

/** A session reader that has the session in memory, or has to fetch it. */
const readers = {
  'from memory': (known: SessionWithRoles | null) => ({ find: () => known }),
  'from the store': (known: SessionWithRoles | null) => ({ find: async () => known }),
};

describe.each(Object.entries(readers))('AuthenticateRequest, with the session %s', (where, reading) => {
  const clock = new FixedClock(at(minutes(1)));
  const authenticate = (session: Session | null, roles = ['moderator']) =>
    new AuthenticateRequest(tokens, reading(session && { session, roles }), clock).execute(token);

  it('establishes who asks, by the token and its session, with the roles of now and not of the token', async () => {
    expect(await authenticate(session)).toEqual({ userId: session.userId, roles: ['moderator'], session });
    expect(authenticate(session) instanceof Promise).toBe(where === 'from the store');
  });

  it.each([
    ['was revoked', aSession({ ...session.state, revokedAt: at(0), revocationReason: 'signed-out' })],
    ['has expired', aSession({ ...session.state, expiresAt: at(minutes(1)) })],
    ['is not known', null],
  ])('refuses a token that outlived its session, which %s', async (_how, known) => {
    const attempt = async () => authenticate(known);
    await expect(attempt()).rejects.toMatchObject({ kind: 'unauthenticated', code: 'session-ended' });
  });

  it('does not look for a session on the word of a token that is not valid', () => {
    let asked = false;
    const reader = { find: () => ((asked = true), { session, roles: [] }) };
    const attempt = () => new AuthenticateRequest(tokens, reader, clock).execute('forged');
    expect(attempt).toThrow(expect.objectContaining({ code: 'invalid-token' }));
    expect(asked).toBe(false);
  });
});
