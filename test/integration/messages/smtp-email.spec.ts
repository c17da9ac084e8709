import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { SmtpEmailSender, type SmtpOptions } from '#adapters/smtp';
import { addMilliseconds, Secret } from '#domain/kernel';
import { FixedClock } from '#domain/kernel/testing';
import type { Message } from '#domain/notification';
import { aMessage } from '#domain/notification/testing';
import { selfSignedCertificate } from '../../support/self-signed-certificate.js';
import { rejectionOf } from '../../support/rejection-of.js';
import { SmtpPeer } from '../../support/smtp-peer.js';

const clock = new FixedClock();

describe('email over SMTP', () => {
  let peer: SmtpPeer;
  const senders: SmtpEmailSender[] = [];
  const sender = (overrides: Partial<SmtpOptions> = {}): SmtpEmailSender => {
    const from = 'Gatehouse <no-reply@gatehouse.example>';
    const made = new SmtpEmailSender({ url: peer.url(), from, tls: 'off', ...overrides }, clock);
    senders.push(made);
    return made;
  };
  beforeEach(async () => {
    peer = await SmtpPeer.start();
  });
  afterEach(async () => {
    for (const made of senders.splice(0)) made.close();
    await peer.stop();
  });

  it('delivers text and HTML to the one recipient, recognisable as automatic', async () => {
    await sender().send(aMessage());
    expect(peer.received).toHaveLength(1);
    const [email] = peer.received;
    expect(email).toMatchObject({ from: 'no-reply@gatehouse.example', to: ['ada@example.com'] });
    expect(email?.headers).toMatchObject({
      from: 'Gatehouse <no-reply@gatehouse.example>',
      to: 'ada@example.com',
      subject: 'Your code',
      'auto-submitted': 'auto-generated',
      'content-language': 'en',
      date: 'Thu, 15 Jan 2026 12:00:00 +0000',
    });
    expect(email?.headers['content-type']).toMatch(/^multipart\/alternative/u);
    expect(email?.raw).toContain('Your code is 482913');
    expect(email?.raw).toContain('<p>Your code is 482913</p>');
  });

  it('gives every copy of a message the same Message-ID', async () => {
    const transport = sender();
    await transport.send(aMessage({ id: '0190b5c8.0' }));
    await transport.send(aMessage({ id: '0190b5c8.0' }));
    const ids = peer.received.map(({ headers }) => headers['message-id']);
    expect(ids).toEqual(Array(2).fill('<0190b5c8.0@gatehouse.example>'));
  });

  it('sends further messages over a connection that it keeps', async () => {
    const transport = sender();
    await transport.send(aMessage({ id: 'first.0' }));
    await transport.send(aMessage({ id: 'second.0' }));
    expect(peer.received).toHaveLength(2);
    expect(peer.connections).toBe(1);
  });

  it.each([
    ['a recipient list', 'ada@example.com, mallory@example.com'],
    ['a second header', 'ada@example.com\r\nBcc: mallory@example.com'],
    ['a second command', 'ada@example.com>\r\nRCPT TO:<mallory@example.com'],
    ['a group', 'x:ada@example.com,mallory@example.com;'],
  ])('sends nothing to the second address of %s hidden in a recipient', async (_what, to) => {
    await sender()
      .send(aMessage({ to }))
      .catch(() => {});
    for (const email of peer.received) {
      expect(email.to).toHaveLength(1);
      expect(email.to).not.toContain('mallory@example.com');
      expect(email.headers['bcc']).toBeUndefined();
    }
  });

  it('keeps a subject in its header', async () => {
    const subject = 'Hello\r\nBcc: mallory@example.com\r\n\r\n<script>';
    await sender().send(aMessage({ content: { subject } }));
    const [email] = peer.received;
    expect(email?.to).toEqual(['ada@example.com']);
    expect(email?.headers).not.toHaveProperty('bcc');
    expect(email?.raw.split('\r\n\r\n')[1]).not.toContain('<script>');
  });

  it('reads no file and no URL that a message names', async () => {
    const content = { html: { path: '/etc/passwd' } as unknown as string };
    await rejectionOf(sender().send(aMessage({ content })));
    expect(peer.received).toEqual([]);
  });

  it.each([
    ['a mailbox that does not exist', { at: 'mail', answer: 550 }, 'permanent', 'smtp-550'],
    ['a refused content', { at: 'data', answer: 554 }, 'permanent', 'smtp-554'],
    ['a full mailbox', { at: 'data', answer: 452 }, 'retry', 'smtp-452'],
    ['greylisting', { at: 'mail', answer: 451 }, 'retry', 'smtp-451'],
    ['a server that is closing', { at: 'mail', answer: 421 }, 'retry', 'smtp-421'],
    ['a connection cut before the message', { at: 'mail', answer: 'drop' }, 'retry', 'smtp-ECONNECTION'],
    ['a connection cut after the message', { at: 'data', answer: 'drop' }, 'uncertain', 'smtp-ECONNECTION'],
  ] as const)('takes %s for what it is', async (_what, step, disposition, reason) => {
    peer.script(step);
    expect(await rejectionOf(sender().send(aMessage()))).toMatchObject({ disposition, reason });
  });

  it.each([
    ['before', 'mail', 'retry', 0],
    ['after', 'data', 'uncertain', 1],
  ] as const)(
    'is bounded in time by a server that hangs %s it has the message',
    async (_when, at, disposition, received) => {
      peer.script({ at, answer: 'hang' });
      const error = await rejectionOf(sender({ timeout: 1_000 }).send(aMessage()));
      expect(error).toMatchObject({ disposition });
      expect(peer.received).toHaveLength(received);
    },
  );

  it('does not repeat by itself what was cut after the message', async () => {
    const transport = sender();
    await transport.send(aMessage({ id: 'first.0' }));
    peer.script({ at: 'data', answer: 'drop' });
    await rejectionOf(transport.send(aMessage({ id: 'second.0' })));
    await transport.send(aMessage({ id: 'third.0' }));
    const ids = peer.received.map(({ headers }) => headers['message-id']?.split('@')[0]);
    expect(ids).toEqual(['<first.0', '<second.0', '<third.0']);
  });

  it('leaves repeating to its caller, also when the server hangs up before it says a word', async () => {
    let connections = 0;
    const rude = createServer((socket) => {
      connections++;
      socket.on('error', () => {}).destroy();
    });
    await new Promise<void>((resolve) => rude.listen(0, '127.0.0.1', resolve));
    const url = new Secret(`smtp://127.0.0.1:${(rude.address() as AddressInfo).port}`);
    expect(await rejectionOf(sender({ url }).send(aMessage()))).toMatchObject({ disposition: 'retry' });
    expect(connections).toBe(1);
    await new Promise((resolve) => rude.close(resolve));
  });

  it('abandons a message that expires while it waits for a connection', async () => {
    peer.script({ at: 'data', answer: 'hang' });
    const transport = sender({ maxConnections: 1, timeout: 400 });
    const ended: string[] = [];
    const end = async (message: Message): Promise<void> => {
      expect(await rejectionOf(transport.send(message))).toMatchObject({ reason: 'smtp-EABORT' });
      ended.push(message.id);
    };
    const expiresAt = addMilliseconds(clock.now(), 100);
    await Promise.all([end(aMessage({ id: 'busy' })), end(aMessage({ id: 'waiting', expiresAt }))]);
    expect(ended).toEqual(['waiting', 'busy']);
    expect(peer.received).toHaveLength(1);
  });

  it('knows that nothing was sent when nobody listens', async () => {
    await peer.stop();
    expect(await rejectionOf(sender().send(aMessage()))).toMatchObject({
      disposition: 'retry',
      reason: 'smtp-ESOCKET',
    });
    peer = await SmtpPeer.start();
  });

  it('keeps recipient and content out of the error', async () => {
    peer.script({ at: 'mail', answer: 550 });
    const error = await rejectionOf(sender().send(aMessage()));
    const everything = inspect(error, { depth: 9, showHidden: true }) + String(error.stack);
    expect(everything).not.toMatch(/ada@example|482913/u);
  });

  describe('and TLS', () => {
    const certificate = selfSignedCertificate();

    it('upgrades with STARTTLS before it logs in and sends', async () => {
      await peer.stop();
      peer = await SmtpPeer.start({
        ...certificate,
        authOptional: false,
        onAuth: ({ username, password }, session, callback) =>
          session.secure && username === 'gate' && password === 'p@ss:word'
            ? callback(null, { user: username })
            : callback(new Error('no')),
      });
      const url = peer.url('gate:p%40ss%3Aword');
      await sender({ url, tls: 'required', ca: certificate.cert }).send(aMessage());
      expect(peer.received).toHaveLength(1);
    });

    it('sends nothing to a server that offers no STARTTLS, as one between us and it would pretend', async () => {
      expect(await rejectionOf(sender({ tls: 'required' }).send(aMessage()))).toMatchObject({
        disposition: 'retry',
        reason: expect.stringMatching(/^smtp-/u),
      });
      expect(peer.received).toEqual([]);
    });

    it('sends nothing to a server whose certificate nobody vouches for', async () => {
      await peer.stop();
      peer = await SmtpPeer.start(certificate);
      expect(await rejectionOf(sender({ tls: 'required' }).send(aMessage()))).toMatchObject({
        disposition: 'retry',
      });
      expect(peer.received).toEqual([]);
    });

    it('is optional for a server on this machine only', () => {
      expect(() => sender({ url: new Secret('smtp://mail.example.com'), tls: 'off' })).toThrow(
        /this machine/u,
      );
    });
  });

  describe('probe', () => {
    it('passes for a server that answers', async () => {
      await sender().probe();
      expect(peer.received).toEqual([]);
    });

    it('fails for a login that is refused', async () => {
      await peer.stop();
      peer = await SmtpPeer.start({
        allowInsecureAuth: true,
        onAuth: (_auth, _session, callback) => callback(new Error('no')),
      });
      expect(await rejectionOf(sender({ url: peer.url('gate:wrong') }).probe())).toMatchObject({
        disposition: 'retry',
        reason: 'smtp-535',
      });
    });

    it('is bounded in time by a server that accepts and then says nothing', async () => {
      const silent = createServer((socket) => void socket.on('error', () => {}));
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const url = new Secret(`smtp://127.0.0.1:${(silent.address() as AddressInfo).port}`);
      expect(await rejectionOf(sender({ url, timeout: 100 }).probe())).toMatchObject({
        reason: 'smtp-ETIMEDOUT',
      });
      await new Promise((resolve) => silent.close(resolve));
    });
  });
});
