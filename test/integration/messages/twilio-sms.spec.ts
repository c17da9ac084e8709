import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { TwilioSmsSender, type TwilioOptions } from '#adapters/twilio';
import { Secret } from '#domain/kernel';
import type { DeliveryError } from '#domain/notification';
import { anSms } from '#domain/notification/testing';
import { rejectionOf } from '../../support/rejection-of.js';
import { TwilioPeer } from '../../support/twilio-peer.js';

const accountSid = `AC${'0'.repeat(32)}`;
const options: TwilioOptions = {
  accountSid,
  credentials: { authToken: new Secret('auth-token-secret') },
  sender: { from: '+14155550100' },
};

describe('SMS through Twilio', () => {
  let peer: TwilioPeer;
  beforeEach(async () => {
    peer = await TwilioPeer.start();
  });
  afterEach(() => peer.stop());

  const sender = (overrides: Partial<TwilioOptions> = {}): TwilioSmsSender =>
    new TwilioSmsSender({ ...options, baseUrl: peer.url, ...overrides });

  it('hands the text, the recipient and the configured number to the account', async () => {
    await sender().send(anSms());
    expect(peer.requests).toEqual([
      {
        path: `/2010-04-01/Accounts/${accountSid}/Messages.json`,
        authorization: `Basic ${Buffer.from(`${accountSid}:auth-token-secret`).toString('base64')}`,
        form: { To: '+14155550123', From: '+14155550100', Body: '482913 is your code' },
      },
    ]);
  });

  it('can use an API key, a messaging service, and a base URL with a path', async () => {
    const apiKey = { apiKeySid: `SK${'1'.repeat(32)}`, apiKeySecret: new Secret('key-secret') };
    await sender({
      credentials: apiKey,
      sender: { messagingServiceSid: `MG${'2'.repeat(32)}` },
      baseUrl: `${peer.url}/twilio/`,
    }).send(anSms());
    expect(peer.requests[0]).toMatchObject({
      path: `/twilio/2010-04-01/Accounts/${accountSid}/Messages.json`,
      authorization: `Basic ${Buffer.from(`${apiKey.apiKeySid}:key-secret`).toString('base64')}`,
      form: { MessagingServiceSid: `MG${'2'.repeat(32)}` },
    });
  });

  it.each([
    ['an overloaded Twilio', { status: 503 }, 'retry', 'twilio-http-503'],
    ['a failing Twilio', { status: 500, code: 20500 }, 'retry', 'twilio-20500'],
    ['credentials that someone has yet to repair', { status: 401, code: 20003 }, 'retry', 'twilio-20003'],
    ['a number that cannot exist', { status: 400, code: 21211 }, 'permanent', 'twilio-21211'],
    ['a recipient who has opted out', { status: 400, code: 21610 }, 'permanent', 'twilio-21610'],
    ['a redirect', { status: 302, headers: { location: '/' } }, 'permanent', 'twilio-http-302'],
    ['a gateway that got no answer itself', { status: 504 }, 'uncertain', 'twilio-http-504'],
    ['a connection cut after the request', 'drop', 'uncertain', 'twilio-ECONNRESET'],
  ] as const)('takes %s for what it is', async (_what, step, disposition, reason) => {
    peer.script(step);
    expect(await rejectionOf<DeliveryError>(sender().send(anSms()))).toMatchObject({
      disposition,
      reason,
      retryAfter: 0,
    });
    expect(peer.requests).toHaveLength(1);
  });

  it('passes on how long Twilio wants to be left alone', async () => {
    peer.script({ status: 429, code: 20429, headers: { 'retry-after': '7' } });
    expect(await rejectionOf<DeliveryError>(sender().send(anSms()))).toMatchObject({
      disposition: 'retry',
      retryAfter: 7_000,
    });
  });

  it('is uncertain about a request that was taken and never answered', async () => {
    peer.script('hang');
    expect(await rejectionOf<DeliveryError>(sender({ timeout: 1_000 }).send(anSms()))).toMatchObject({
      disposition: 'uncertain',
    });
    expect(peer.requests).toHaveLength(1);
  });

  it('knows that nothing was sent when nobody listens', async () => {
    await peer.stop();
    expect(await rejectionOf<DeliveryError>(sender().send(anSms()))).toMatchObject({
      disposition: 'retry',
      reason: 'twilio-ECONNREFUSED',
    });
    peer = await TwilioPeer.start();
  });

  describe('while the connection is not yet secured', () => {
    let server: Server;
    let onConnection: (socket: Socket) => void = () => {};
    const sockets = new Set<Socket>();
    beforeEach(async () => {
      server = createServer((socket) => {
        sockets.add(socket.on('error', () => {}));
        onConnection(socket);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    });
    afterEach(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    });

    it.each([
      ['is reset', (socket: Socket) => void socket.once('data', () => socket.resetAndDestroy())],
      ['goes silent', () => {}],
      ['turns out to be no TLS', (socket: Socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ])('knows that nothing was sent when it %s', async (_how, behaviour) => {
      onConnection = behaviour;
      const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const error = await rejectionOf<DeliveryError>(sender({ baseUrl, timeout: 200 }).send(anSms()));
      expect(error.disposition).toBe('retry');
    });
  });

  it.each([
    ['a refusal', { status: 400, code: 21211 }],
    ['a broken connection', 'drop'],
  ] as const)('keeps recipient, code and credentials out of the error for %s', async (_what, step) => {
    peer.script(step);
    const error = await rejectionOf<DeliveryError>(sender().send(anSms()));
    const everything = inspect(error, { depth: 9, showHidden: true }) + String(error.stack);
    expect(everything).not.toMatch(/14155550123|482913|auth-token-secret|Basic/u);
  });
});
