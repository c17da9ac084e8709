import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { hours, seconds } from '#domain/kernel';
import { audited, signInAdministrator } from './support/administrator.js';
import { Client, inParallel, newEmail, until, type SignedIn } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { withPassword } from './support/passwords.js';
import { expectProblem } from './support/problem.js';

const OPERATORS = ['ops@example.com', 'night@example.com'];
const KEY = Buffer.alloc(32, 7);
const FAILURES = 30;

interface Posted {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: string;
  readonly data: Readonly<Record<string, unknown>>;
}

interface AlertBody {
  readonly id: string;
  readonly kind: string;
  readonly [property: string]: unknown;
}

let peer: Server;
/** What the operators' endpoint answers next; 204 when there is nothing left. */
let answers: number[];
let posted: Posted[];
let gatehouse: Gatehouse;
let client: Client;
let admin: SignedIn;

beforeAll(async () => {
  [answers, posted] = [[], []];
  peer = createServer((request, response) => {
    void text(request).then((body) => {
      posted.push({
        headers: request.headers,
        body,
        ...(JSON.parse(body) as Pick<Posted, 'event' | 'data'>),
      });
      response.writeHead(answers.shift() ?? 204).end();
    });
  });
  await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
  gatehouse = await startGatehouse({
    env: {
      ALERT_EMAIL: OPERATORS.join(', '),
      ALERT_WEBHOOK_URL: `http://127.0.0.1:${(peer.address() as AddressInfo).port}/hook?token=T0k3n`,
      ALERT_WEBHOOK_SECRET: `whsec_${KEY.toString('base64')}`,
      ALERT_FAILURES_OVERALL: String(FAILURES),
      ALERT_SEVERITY: 'warning',
      LOCKOUT_DELAY_AFTER: '2',
      LOCKOUT_AFTER: '2',
    },
  });
  client = new Client(gatehouse);
  admin = await signInAdministrator(gatehouse);
  await postedAbout('role-change');
}, 60_000);

afterAll(async () => {
  await gatehouse.stop();
  peer.closeAllConnections();
  await new Promise((resolve) => peer.close(resolve));
});

const list = async (query: object = {}): Promise<readonly AlertBody[]> =>
  (await client.get('admin/alerts', admin.accessToken).query(query).expect(200)).body.items as AlertBody[];
const alertOf = (kind: string): Promise<AlertBody> =>
  until(async () => (await list({ kind }))[0], `an alert of ${kind}`);
const postedAbout = (kind: string, event = 'alert.opened'): Promise<Posted> =>
  until(
    async () => posted.findLast((each) => each.data['kind'] === kind && each.event === event),
    `${event} of ${kind}`,
  );
const about = (kind: string): readonly Posted[] => posted.filter(({ data }) => data['kind'] === kind);
const mails = async (to: string, template: string, subject: RegExp) =>
  (await client.outbox(to)).filter((mail) => mail.template === template && subject.test(mail.subject ?? ''));

async function reuse(email = newEmail()): Promise<SignedIn> {
  const stolen = await client.signIn(email);
  await client.refresh(stolen.refreshToken).expect(200);
  gatehouse.clock.advance(seconds(11));
  await client.refresh(stolen.refreshToken).expect(401);
  return stolen;
}

describe('A refresh token that is used twice', () => {
  it('is recorded, posted with a signature until it is taken, mailed to operators and to the owner', async () => {
    const kind = 'refresh-reuse';
    answers.push(503);
    const email = newEmail();
    const { user } = await reuse(email);
    const alert = await alertOf(kind);
    expect(alert).toMatchObject({
      severity: 'critical',
      count: 1,
      closedAt: null,
      accounts: { distinct: 1, sample: [user.id] },
      addresses: { distinct: 1, sample: ['127.0.0.1'] },
      acknowledgedAt: null,
    });

    await until(async () => about(kind).length === 2, 'the second attempt');
    const [first, second] = about(kind) as [Posted, Posted];
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
    expect(second.body).toBe(first.body);
    for (const { headers, body } of [first, second]) {
      const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
      const mac = createHmac('sha256', KEY).update(signed).digest('base64');
      expect(headers['webhook-signature']).toBe(`v1,${mac}`);
    }
    expect(JSON.parse(second.body)).toMatchObject({
      event: 'alert.opened',
      text: expect.stringContaining(alert.id),
      data: { id: alert.id, accounts: { distinct: 1, sample: [user.id] } },
    });

    for (const operator of OPERATORS) {
      const { subject } = await client.message(operator, 'operator-alert');
      expect(subject).toBe('Gatehouse: Refresh tokens used twice (critical)');
    }
    const letter = await client.message(email, 'account-notice');
    expect(letter.subject).toBe('A session of your Gatehouse account was ended');
  });

  it('again is the same alert, and one letter to each owner', async () => {
    const email = newEmail();
    await reuse(email);
    await reuse(email);
    await until(async () => (await alertOf('refresh-reuse'))['count'] === 3, 'the count');
    await client.message(email, 'account-notice');
    expect(await list({ kind: 'refresh-reuse' })).toHaveLength(1);
    expect(await mails(email, 'account-notice', /session/)).toHaveLength(1);
    expect(await mails(OPERATORS[0]!, 'operator-alert', /Refresh/)).toHaveLength(1);
    expect(new Set(about('refresh-reuse').map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });
});

describe('A lock-out', () => {
  it('is an alert, posted once where it is refused for good, and its owner is written to once', async () => {
    answers.push(410);
    const { identifier } = await withPassword(client);
    for (let i = 0; i < 2; i++) {
      await client.post('auth/login', { identifier, password: 'a wrong one' }).expect(401);
      gatehouse.clock.advance(seconds(2));
    }
    await postedAbout('lockout');
    expect(await alertOf('lockout')).toMatchObject({ severity: 'warning', count: 1 });
    await client.message(identifier, 'account-notice');
    expect(await mails(identifier, 'account-notice', /locked|failed/)).toHaveLength(1);
  });
});

describe('A sign-in on a new device', () => {
  it('is recorded, of too little weight to tell operators, and told to its owner by the sign-in', async () => {
    const email = newEmail();
    const { user } = await client.signIn(email);
    const challenge = await client.requestCode(email);
    await client.verify(challenge).set('user-agent', 'Elsewhere/1.0').expect(200);
    const alert = await until(
      async () =>
        (await list({ kind: 'new-device' })).find(({ accounts }) =>
          (accounts as { sample: readonly string[] }).sample.includes(user.id),
        ),
      'the alert',
    );
    expect(alert).toMatchObject({ severity: 'info' });
    await client.message(email, 'new-sign-in');
    expect(await mails(email, 'account-notice', /unusual/)).toEqual([]);
    expect(about('new-device')).toEqual([]);
  });
});

describe('A burst of failures', () => {
  it('is one alert and one notice, and of no more weight than it has', async () => {
    const refused = async (): Promise<void> => {
      const identifier = newEmail();
      await inParallel(9, () => client.post('auth/login/init', { identifier }));
    };
    for (let i = 0; i < 10; i++) await refused();
    await postedAbout('many-failures');
    await until(async () => ((await alertOf('many-failures'))['count'] as number) >= 60, 'the count');
    expect(await list({ kind: 'many-failures' })).toEqual([
      expect.objectContaining({ severity: 'critical' }),
    ]);
    expect(about('many-failures')).toHaveLength(1);
    expect(about('lockout')).toHaveLength(1);
  });
});

describe('Alerts', () => {
  it('are acknowledged once, on record, by those who may', async () => {
    const { id } = await alertOf('lockout');
    // The record has the alert's own id, however it was written.
    const path = `admin/alerts/${id.toUpperCase()}/acknowledgement`;
    const stranger = await client.signIn(newEmail());
    expectProblem(await client.put(path, {}, stranger.accessToken), 403, 'permission-denied');
    const first = await client.put(path, {}, admin.accessToken).expect(200);
    expect(first.body).toMatchObject({ id, acknowledgedBy: admin.user.id });
    gatehouse.clock.advance(seconds(5));
    const second = await client.put(path, {}, admin.accessToken).expect(200);
    expect(second.body).toEqual(first.body);
    expect(await audited(gatehouse, 'alert.acknowledged')).toEqual([
      expect.objectContaining({ actor_id: admin.user.id, metadata: { alertId: id, kind: 'lockout' } }),
    ]);
    const unknown = await client.put(`admin/alerts/${randomUUID()}/acknowledgement`, {}, admin.accessToken);
    expectProblem(unknown, 404, 'alert-not-found');
  });

  it('are listed page by page, to those who may read the audit log', async () => {
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const query = { limit: 1, ...(cursor && { cursor }) };
      const { body } = await client.get('admin/alerts', admin.accessToken).query(query).expect(200);
      seen.push(...(body.items as AlertBody[]).map(({ id }) => id));
      cursor = body.nextCursor as string | null;
    }
    expect(seen).toEqual((await list()).map(({ id }) => id));
    expect(seen.length).toBeGreaterThanOrEqual(3);
    const bygone = Buffer.from(`${seen[0]!}-271821-04-20T00:00:00.000Z`).toString('base64url');
    for (const query of ['kind=unheard-of', 'open=maybe', 'cursor=AAAA', `cursor=${bygone}`, 'limit=0']) {
      await client.get(`admin/alerts?${query}`, admin.accessToken).expect(400);
    }
    const stranger = await client.signIn(newEmail());
    expectProblem(await client.get('admin/alerts', stranger.accessToken), 403, 'permission-denied');
  });

  it('end when nothing more happens, of which operators are told once more, with the total', async () => {
    gatehouse.clock.advance(hours(2));
    const { data } = await postedAbout('refresh-reuse', 'alert.closed');
    expect(data).toMatchObject({ count: 3, accounts: { distinct: 2 }, closedAt: expect.any(String) });
    admin = (await client.refresh(admin.refreshToken).expect(200)).body as SignedIn;
    expect(await list({ kind: 'refresh-reuse', open: 'true' })).toEqual([]);
    expect(await list({ kind: 'refresh-reuse', open: 'false' })).toHaveLength(1);
    await until(
      async () => (await mails(OPERATORS[0]!, 'operator-alert', /over: Refresh/)).length === 1,
      'the last mail',
    );
  });

  it('leave in the log what was not taken and why, and no trace of the endpoint', () => {
    const log = gatehouse.log.join('\n');
    for (const kind of ['refresh-reuse', 'lockout']) {
      expect(log).toContain(`"eventId":"${String(about(kind)[0]!.headers['webhook-id'])}"`);
    }
    for (const status of [503, 410]) expect(log).toContain(`webhook-${status}`);
    expect(log).not.toMatch(/T0k3n|whsec_/);
  });

  it('are counted', async () => {
    const { text: exposition } = await gatehouse.request().get('/metrics').expect(200);
    expect(exposition).toContain('gatehouse_alerts_total{kind="refresh-reuse"} 1');
    expect(exposition).toContain('gatehouse_webhook_deliveries_total{result="retry"} 1');
    expect(exposition).toContain('gatehouse_webhook_deliveries_total{result="rejected"} 1');
  });
});
