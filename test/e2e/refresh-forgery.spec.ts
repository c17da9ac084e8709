import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, newEmail } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';

describe('A refresh token', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  beforeAll(async () => {
    gatehouse = await startGatehouse();
    client = new Client(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  const refused = async (token: string) =>
    expect((await client.refresh(token).expect(401)).body.code).toBe('invalid-refresh-token');

  it('with any one byte changed, cut or added is refused, and harms nobody', async () => {
    const { refreshToken } = await client.signIn(newEmail());
    const bytes = Buffer.from(refreshToken, 'base64url');
    expect(bytes.toString('base64url')).toBe(refreshToken);
    const altered = Array.from(bytes, (_, i) => {
      const copy = Buffer.from(bytes);
      copy[i]! ^= 1;
      return copy;
    });
    const forged = [...altered, bytes.subarray(1), bytes.subarray(0, -1), Buffer.concat([bytes, bytes])];
    for (const token of forged) await refused(token.toString('base64url'));
    await client.refresh(refreshToken).expect(200);
  });

  it('is refused after the log-out, and after the revocation of its session', async () => {
    const [one, other] = [await client.signIn(newEmail()), await client.signIn(newEmail())];
    await client.post('auth/logout', {}, one.accessToken).expect(204);
    await client.delete(`sessions/${other.session.id}`, other.accessToken).expect(204);
    for (const { refreshToken } of [one, other]) await refused(refreshToken);
  });

  it('is no access token, nor is an access token a refresh token', async () => {
    const { accessToken, refreshToken } = await client.signIn(newEmail());
    const { body } = await client.get('auth/session', refreshToken).expect(401);
    expect(body.code).toBe('invalid-token');
    await refused(accessToken.replaceAll('.', '').slice(0, refreshToken.length));
  });
});
