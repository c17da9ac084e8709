import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Response } from 'supertest';
import { Browser, OWN_ORIGIN, setCookies } from './support/browser.js';
import { Client, newEmail } from './support/client.js';
import type { Gatehouse } from './support/gatehouse.js';
import { startInstallation, type Installation } from './support/installation.js';
import { operationsOf } from './support/operations.js';
import { expectProblem } from './support/problem.js';

/** One way to a session: proves who someone is, and gives the step that the gate decides about. */
interface Way {
  readonly name: string;
  readonly route: string;
  /** The authentication method that the audit names. */
  readonly method: 'otp' | 'pwd';
  readonly prove: (on: Gatehouse, email: string, accessToken: string) => Promise<Attempt>;
}

type Attempt = (answering: Gatehouse) => Promise<Response>;

const send =
  (path: string, body: object, transport: 'bearer' | 'cookie') =>
  (answering: Gatehouse): Promise<Response> =>
    new Browser(answering).post(path, { body: { ...body, transport } });

const PASSWORD = 'violet walrus paints 9 maps';
const byPassword = (transport: 'bearer' | 'cookie'): Way => ({
  name: `a password, to a ${transport}`,
  route: 'POST /api/v1/auth/login',
  method: 'pwd',
  prove: async (on, identifier, accessToken) => {
    await new Client(on).post('users/password/change', { newPassword: PASSWORD }, accessToken).expect(204);
    return send('auth/login', { identifier, password: PASSWORD }, transport);
  },
});

const byCode = (path: string, transport: 'bearer' | 'cookie'): Way => ({
  name: `a code from ${path}, to a ${transport}`,
  route: 'POST /api/v1/auth/login/verify',
  method: 'otp',
  prove: async (on, email) => {
    const challenge = await new Client(on).requestCode(email, { path });
    return send('auth/login/verify', challenge, transport);
  },
});

const TRANSPORTS = ['bearer', 'cookie'] as const;
const WAYS: readonly Way[] = TRANSPORTS.flatMap((transport) => [
  byCode('auth/login/init', transport),
  byCode('auth/register', transport),
  byPassword(transport),
]);
/** Hands out tokens for a session that came through the gate before. */
const REFRESH = 'POST /api/v1/auth/refresh';

const STATES: readonly (readonly [state: string, sql: string])[] = [
  ['suspended', `status = 'suspended'`],
  ['locked', `locked_until = now() + interval '1 hour'`],
  ['pending', `status = 'pending'`],
  ['deleted', `status = 'deleted', deleted_at = now()`],
];

const TOKEN = /eyJ[\w-]+\.|ghr_/;

describe('The gate', () => {
  let installation: Installation;
  let open: Gatehouse;
  let closed: Gatehouse;
  let single: Gatehouse;
  let database: pg.Client;
  beforeAll(async () => {
    const env = { PUBLIC_URL: OWN_ORIGIN };
    installation = await startInstallation(
      env,
      { ...env, SIGN_UP: 'closed' },
      { ...env, SESSIONS_PER_USER: '1' },
    );
    [open, closed, single] = installation.instances as [Gatehouse, Gatehouse, Gatehouse];
    database = new pg.Client(open.databaseUrl);
    await database.connect();
  });
  afterAll(async () => {
    await database.end();
    await installation.stop();
  });

  const liveSessions = async (userId: string): Promise<number> =>
    (
      await database.query('SELECT 1 FROM gatehouse.sessions WHERE user_id = $1 AND revoked_at IS NULL', [
        userId,
      ])
    ).rows.length;
  const auditOf = async (requestId: string): Promise<readonly object[]> =>
    (
      await database.query<object>(
        `SELECT action, result, reason, user_id, session_id, metadata FROM gatehouse.audit_events
         WHERE request_id = $1 ORDER BY action`,
        [requestId],
      )
    ).rows;
  const expectNothingGiven = (response: Response): void => {
    expect(response.text).not.toMatch(TOKEN);
    expect(setCookies(response).filter((line) => !/Max-Age=0/.test(line))).toEqual([]);
  };

  it('stands before every route that answers with tokens, whichever are there', async () => {
    const giving = (await operationsOf(open))
      .filter(({ answers }) => answers.includes('accessToken'))
      .map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    expect(giving.sort()).toEqual([...new Set([...WAYS.map(({ route }) => route), REFRESH])].sort());
  });

  describe.each(WAYS)('for $name', ({ prove, method }) => {
    it.each(STATES)('is shut to an account that is %s, and says so in the audit', async (state, sql) => {
      const email = newEmail();
      const { user, accessToken } = await new Client(open).signIn(email);
      const attempt = await prove(open, email, accessToken);
      await database.query(`UPDATE gatehouse.users SET ${sql} WHERE id = $1`, [user.id]);
      const response = await attempt(open);
      expectProblem(response, 403, `account-${state}`);
      expectNothingGiven(response);
      expect(await liveSessions(user.id)).toBe(1);
      expect(await auditOf(response.body.requestId)).toContainEqual({
        action: 'session.refused',
        result: 'failure',
        reason: `account-${state}`,
        user_id: user.id,
        session_id: null,
        metadata: { method },
      });
    });

    it('ends the session that is one too many', async () => {
      const email = newEmail();
      const first = await new Client(open).signIn(email);
      const response = await (await prove(open, email, first.accessToken))(single);
      expect(response.status).toBe(200);
      expect(await liveSessions(first.user.id)).toBe(1);
      expect(await new Client(single).session(first.accessToken)).toBe(401);
      expect(await auditOf(response.headers['x-request-id']!)).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            action: 'session.opened',
            metadata: expect.objectContaining({ method }),
          }),
          expect.objectContaining({
            action: 'session.revoked',
            reason: 'superseded',
            session_id: first.session.id,
          }),
        ]),
      );
    });
  });

  it.each(
    TRANSPORTS.flatMap((transport) => [
      byCode('auth/login/init', transport),
      byCode('auth/register', transport),
    ]),
  )('lets in nobody new by $name while sign-up is closed', async ({ prove }) => {
    const response = await (await prove(open, newEmail(), ''))(closed);
    expectProblem(response, 403, 'sign-up-closed');
    expectNothingGiven(response);
    expect(await auditOf(response.body.requestId)).toContainEqual(
      expect.objectContaining({ action: 'session.refused', reason: 'sign-up-closed', user_id: null }),
    );
  });

  it.each(TRANSPORTS)(
    'makes no account of a password that nobody has, open or closed, for a %s',
    async (transport) => {
      for (const answering of [open, closed]) {
        const identifier = newEmail();
        const response = await send('auth/login', { identifier, password: PASSWORD }, transport)(answering);
        expectProblem(response, 401, 'invalid-credentials');
        expectNothingGiven(response);
        const { rows } = await database.query('SELECT 1 FROM gatehouse.user_identifiers WHERE value = $1', [
          identifier,
        ]);
        expect(rows).toEqual([]);
      }
    },
  );

  describe.each(TRANSPORTS)('for the refresh of a %s', (transport) => {
    it.each(STATES)('is shut to an account that is %s', async (_state, sql) => {
      const browser = new Browser(open);
      const email = newEmail();
      const challenge = await new Client(open).requestCode(email);
      const signedIn = await browser.post('auth/login/verify', { body: { ...challenge, transport } });
      const { refreshToken, user } = signedIn.body;
      await database.query(`UPDATE gatehouse.users SET ${sql} WHERE id = $1`, [user.id]);
      const response = await browser.post('auth/refresh', refreshToken ? { body: { refreshToken } } : {});
      expectProblem(response, 401, 'invalid-refresh-token');
      expectNothingGiven(response);
    });
  });
});
