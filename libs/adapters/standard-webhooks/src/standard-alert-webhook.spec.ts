import { describe, expect, it } from '@jest/globals';
import type { AlertPosted } from '#domain/alerting';
import { Secret } from '#domain/kernel';
import { at, FixedClock } from '#domain/kernel/testing';
import { signedHeaders } from './sign.js';
import { StandardAlertWebhook, type HttpPost } from './standard-alert-webhook.js';

const event: AlertPosted = {
  id: '0190b5c8-0000-7000-8000-000000000001',
  type: 'alert.posted',
  occurredAt: at(0),
  payload: {
    phase: 'opened',
    id: '0190b5c8-0000-7000-8000-000000000002',
    kind: 'refresh-reuse',
    severity: 'critical',
    openedAt: at(-5).toISOString(),
    lastAt: at(0).toISOString(),
    closedAt: null,
    count: 2,
    accounts: { distinct: 1, sample: ['0190b5c8-0000-7000-8000-000000000003'] },
    addresses: { distinct: 2, sample: ['203.0.113.7', '2001:db8::1'] },
    requestIds: ['a', 'b'],
  },
};

type Request = Parameters<HttpPost>[0];

const posting = (answer: () => Promise<{ status: number }>, secret?: Secret) => {
  const requests: Request[] = [];
  const post: HttpPost = (request) => {
    requests.push(request);
    return answer();
  };
  const url = new Secret('https://chat.example.com/hooks/T0k3n');
  const webhook = new StandardAlertWebhook({ url, secret, post }, new FixedClock());
  return { requests, sent: webhook.post(event) };
};
const answering = (status: number) => posting(async () => ({ status }));

describe('The operators’ webhook', () => {
  it('signs as the specification’s own example does', () => {
    const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
    const secret = new Secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const sent = new Date(1_614_265_330_000);
    expect(signedHeaders(id, sent, '{"test": 2432232314}', secret)).toEqual({
      'webhook-id': id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('is told what chats show, and all else as data', async () => {
    const { requests, sent } = posting(async () => ({ status: 204 }));
    await sent;
    const [{ method, url, headers, body }] = requests as [Request];
    expect([method, url, headers['content-type']]).toEqual([
      'POST',
      'https://chat.example.com/hooks/T0k3n',
      'application/json',
    ]);
    const { phase, ...data } = event.payload;
    expect(JSON.parse(body)).toEqual({
      event: `alert.${phase}`,
      timestamp: at(0).toISOString(),
      text: 'refresh-reuse opened (critical): 2 events, 1 account, 2 addresses since 2026-01-15T11:59:59.995Z, alert 0190b5c8-0000-7000-8000-000000000002',
      data,
    });
  });

  it('is sent the same id and another signature with each attempt', async () => {
    const { requests, sent } = posting(async () => ({ status: 200 }), new Secret(`whsec_${'A'.repeat(32)}`));
    await sent;
    expect(requests[0]!.headers).toMatchObject({
      'webhook-id': event.id,
      'webhook-timestamp': (at(0).getTime() / 1_000).toString(),
      'webhook-signature': expect.stringMatching(/^v1,[\w+/]{43}=$/),
    });
    const unsigned = posting(async () => ({ status: 200 }));
    await unsigned.sent;
    expect(unsigned.requests[0]!.headers).not.toHaveProperty('webhook-signature');
  });

  it.each([200, 201, 202, 204, 299])('took it when it answers %i', async (status) => {
    await expect(answering(status).sent).resolves.toBeUndefined();
  });

  it.each([400, 401, 403, 404, 405, 410, 422])('never takes it when it answers %i', async (status) => {
    const reason = `webhook-${status}`;
    await expect(answering(status).sent).rejects.toMatchObject({ disposition: 'permanent', reason });
  });

  it.each([302, 304, 408, 429, 500, 502, 503, 504])(
    'may take it later when it answers %i',
    async (status) => {
      const reason = `webhook-${status}`;
      await expect(answering(status).sent).rejects.toMatchObject({ disposition: 'retry', reason });
    },
  );

  it('may take it later when it does not answer, and its address is told to nobody', async () => {
    const { sent } = posting(() => Promise.reject(new Error('timeout')));
    await expect(sent).rejects.toMatchObject({ disposition: 'retry', reason: 'webhook-timeout' });
    const error = await sent.catch((reason: unknown) => reason);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/T0k3n|example/);
  });
});
