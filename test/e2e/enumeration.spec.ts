import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Client, newEmail, newPhone, otherThan, until } from './support/client.js';
import type { Gatehouse } from './support/gatehouse.js';
import { startInstallation, type Installation } from './support/installation.js';

describe('Whether an identifier has an account', () => {
  let installation: Installation;
  let open: Client;
  let closed: Client;
  let closedInstance: Gatehouse;
  beforeAll(async () => {
    installation = await startInstallation({}, { SIGN_UP: 'closed' });
    const [first, second] = installation.instances as [Gatehouse, Gatehouse];
    open = new Client(first);
    closed = new Client(second);
    closedInstance = second;
  });
  afterAll(() => installation.stop());

  /** All that an answer shows, except what differs from one request to the next by chance. */
  const shapeOf = async (client: Client, path: string, identifier: string) => {
    const { status, headers, body } = await client.post(path, { identifier });
    return {
      status,
      headers: Object.keys(headers).sort(),
      length: headers['content-length'],
      body: { ...body, sessionId: (body.sessionId as string).length },
    };
  };

  it.each(['auth/login/init', 'auth/register'])('is not told by %s, open or closed', async (path) => {
    for (const invent of [newEmail, newPhone]) {
      const [known, unknown] = [invent(), invent()];
      await open.signIn(known);
      for (const client of [open, closed]) {
        const answer = await shapeOf(client, path, known);
        expect(answer.status).toBe(202);
        expect(await shapeOf(client, path, unknown)).toEqual(answer);
      }
    }
  });

  it('is not told by what a wrong code is answered', async () => {
    const [known, unknown] = [newEmail(), newEmail()];
    await open.signIn(known);
    const answers: object[] = [];
    for (const identifier of [known, unknown]) {
      const { sessionId, code } = await open.requestCode(identifier);
      const { status, headers, body } = await open.verify({ sessionId, code: otherThan(code) });
      answers.push({ status, headers: Object.keys(headers).sort(), body: { ...body, requestId: '' } });
    }
    expect(answers[0]).toMatchObject({ status: 401, body: { code: 'otp-invalid' } });
    expect(answers[1]).toEqual(answers[0]);
  });

  it('shows in no message while sign-up is closed: a stranger gets none', async () => {
    const [known, unknown] = [newEmail(), newEmail()];
    await open.signIn(known);
    for (const path of ['auth/login/init', 'auth/register']) {
      await closed.post(path, { identifier: unknown }).expect(202);
    }
    await closed.requestCode(known);
    // What is settled is deleted: then nothing is left that could still become a message.
    await until(async () => (await pendingEvents(closedInstance)) === 0, 'the outbox to be worked off');
    expect(await open.outbox(unknown)).toEqual([]);
  });

  it('is told, while sign-up is closed, only to who has proved the identifier, and nothing is made', async () => {
    const challenge = await open.requestCode(newEmail());
    const wrong = { ...challenge, code: otherThan(challenge.code) };
    expect((await closed.verify(wrong).expect(401)).body.code).toBe('otp-invalid');
    expect((await closed.verify(challenge).expect(403)).body.code).toBe('sign-up-closed');
    expect((await open.verify(challenge).expect(401)).body.code).toBe('otp-invalid');
  });

  it('shows no more of a deleted account, except to who has proved the identifier', async () => {
    const [deleted, unknown] = [newEmail(), newEmail()];
    const { accessToken } = await open.signIn(deleted);
    await open.delete('users/me', accessToken).expect(204);
    expect(await shapeOf(open, 'auth/login/init', deleted)).toEqual(
      await shapeOf(open, 'auth/login/init', unknown),
    );
    // The code just asked for would otherwise be taken for the next one.
    await until(async () => (await pendingEvents(closedInstance)) === 0, 'the outbox to be worked off');
    const challenge = await open.requestCode(deleted);
    const wrong = { ...challenge, code: otherThan(challenge.code) };
    expect((await open.verify(wrong).expect(401)).body.code).toBe('otp-invalid');
    expect((await open.verify(challenge).expect(403)).body.code).toBe('account-deleted');
  });
});

async function pendingEvents({ databaseUrl }: Gatehouse): Promise<number> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    const { rows } = await client.query<{ pending: number }>(
      'SELECT count(*)::int AS pending FROM gatehouse.outbox_events',
    );
    return rows[0]!.pending;
  } finally {
    await client.end();
  }
}
