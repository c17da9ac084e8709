import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signInAdministrator } from './support/administrator.js';
import { Client, newEmail, otherThan, type SignedIn } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { expectProblem } from './support/problem.js';

interface Export {
  readonly account: object;
  readonly sessions: readonly { readonly id: string }[];
  readonly devices: readonly object[];
  readonly activity: readonly { readonly action: string; readonly by: string; readonly address?: string }[];
}

describe('The export of the own account', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  beforeAll(async () => {
    gatehouse = await startGatehouse();
    client = new Client(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  const exported = ({ accessToken }: SignedIn) => client.get('users/me/export', accessToken);

  it('is a file with the account, its sessions and what happened to it', async () => {
    const email = newEmail();
    const challenge = await client.requestCode(email);
    const first = await client.signIn(email);
    await client.verify({ ...challenge, code: otherThan(challenge.code) }).expect(401);
    const me = await client.signIn(email);
    const response = await exported(me).expect(200);
    expect(response.headers['content-disposition']).toBe('attachment; filename="gatehouse-account.json"');
    expect(response.type).toBe('application/json');
    const { account, sessions, activity } = response.body as Export;
    expect(account).toEqual((await client.get('users/me', me.accessToken)).body);
    expect(sessions.map(({ id }) => id)).toEqual([me.session.id, first.session.id]);
    expect(activity.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['user.registered', 'session.opened', 'otp.verified', 'user.exported']),
    );
  });

  it('has all that a device remembers of its owner', async () => {
    const { devices } = (await exported(await client.signIn(newEmail())).expect(200)).body as Export;
    const time = expect.any(String);
    expect(devices).toEqual([
      {
        id: expect.any(String),
        name: expect.any(String),
        current: true,
        trusted: false,
        trustedAt: null,
        firstSeenAt: time,
        lastSeenAt: time,
        address: '127.0.0.1',
        country: null,
        sessions: 1,
        userAgent: expect.any(String),
        fingerprint: expect.any(String),
        place: null,
        lastPlaced: null,
        suspectSince: null,
        countries: [],
        signInsByHour: expect.arrayContaining([1]),
        recentSignIns: [time],
      },
    ]);
  });

  it('holds no token, no code and nothing of anybody else', async () => {
    const [email, other] = [newEmail(), await client.signIn(newEmail())];
    const challenge = await client.requestCode(email);
    const me = (await client.verify(challenge).expect(200)).body as SignedIn;
    const { text } = await exported(me).expect(200);
    const signature = me.accessToken.split('.')[2]!;
    for (const secret of [signature, me.refreshToken, challenge.sessionId, other.user.id, other.session.id]) {
      expect(text).not.toContain(secret);
    }
    expect(text).not.toMatch(new RegExp(`"${challenge.code}"|mac|hash|token`, 'i'));
  });

  it('says that somebody else acted, and not who or from where', async () => {
    const [admin, email] = [await signInAdministrator(gatehouse), newEmail()];
    const { user } = await client.signIn(email);
    await client.put(`admin/users/${user.id}/lock`, { reason: 'fraud' }, admin.accessToken).expect(200);
    await client.put(`admin/users/${user.id}/unlock`, {}, admin.accessToken).expect(200);
    const response = await exported(await client.signIn(email)).expect(200);
    const { activity } = response.body as Export;
    const locked = activity.find(({ action }) => action === 'user.locked');
    expect(locked).toEqual({
      action: 'user.locked',
      result: 'success',
      occurredAt: expect.any(String),
      reason: 'fraud',
      by: 'somebody-else',
    });
    expect(response.text).not.toContain(admin.user.id);
  });

  it('is for whoever is signed in, and counts towards the stricter limit', async () => {
    expectProblem(await client.get('users/me/export'), 401, 'token-missing');
    const limited = await startGatehouse({ env: { RATE_LIMITS: 'on', RATE_LIMIT_SIGN_IN_PER_MINUTE: '4' } });
    try {
      const person = new Client(limited);
      const me = await person.signIn(newEmail());
      const statuses: number[] = [];
      for (let i = 0; i < 3; i++) statuses.push((await person.get('users/me/export', me.accessToken)).status);
      expect(statuses).toEqual([200, 200, 429]);
    } finally {
      await limited.stop();
    }
  });
});
