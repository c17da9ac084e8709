import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { InMemoryDeliveryLog } from '#adapters/memory';
import { ResilientMessageSender } from '#adapters/resilience';
import { SmtpEmailSender } from '#adapters/smtp';
import { EtaTemplateRenderer } from '#adapters/templates';
import { TwilioSmsSender } from '#adapters/twilio';
import { addMilliseconds, minutes, seconds, Secret, type DomainEvent } from '#domain/kernel';
import { FixedClock } from '#domain/kernel/testing';
import { DeliverMessage, NotifyOnEvent, OnceOnlySender } from '#domain/notification';
import { SmtpPeer } from '../../support/smtp-peer.js';
import { TwilioPeer } from '../../support/twilio-peer.js';

/** The whole way of a message, with real transports and real peers; only time is ours. */
describe('from an event to its recipient', () => {
  let twilio: TwilioPeer;
  let smtp: SmtpPeer;
  let smtpSender: SmtpEmailSender | undefined;
  let clock: FixedClock;
  let log: InMemoryDeliveryLog;
  let notify: NotifyOnEvent;
  let pauses: number[];
  let duringPause: () => void | Promise<void>;
  let sequence = 0;

  beforeEach(async () => {
    [twilio, smtp] = await Promise.all([TwilioPeer.start(), SmtpPeer.start()]);
    clock = new FixedClock();
    log = new InMemoryDeliveryLog();
    pauses = [];
    duringPause = () => {};
    start({ timeout: seconds(5) });
  });
  afterEach(async () => {
    smtpSender?.close();
    await Promise.all([twilio.stop(), smtp.stop()]);
  });

  /** Puts the whole way together; `timeout` is the only time that really passes. */
  function start({ timeout }: { timeout: number }): void {
    smtpSender?.close();
    const pause = async (milliseconds: number): Promise<void> => {
      pauses.push(milliseconds);
      clock.advance(milliseconds);
      await duringPause();
    };
    const twilioSender = new TwilioSmsSender({
      accountSid: `AC${'0'.repeat(32)}`,
      credentials: { authToken: new Secret('token') },
      sender: { from: '+14155550100' },
      baseUrl: twilio.url,
      timeout,
    });
    smtpSender = new SmtpEmailSender(
      { url: smtp.url(), from: 'no-reply@gatehouse.example', tls: 'off', timeout },
      clock,
    );
    const senders = {
      sms: new ResilientMessageSender(new OnceOnlySender(twilioSender, log, clock), clock, {}, pause),
      email: new ResilientMessageSender(new OnceOnlySender(smtpSender, log, clock), clock, {}, pause),
    };
    const templates = new EtaTemplateRenderer({
      productName: 'Gatehouse',
      origin: 'https://app.example.com',
      links: { 'verify-email': '', 'reset-password': '' },
    });
    const nobody = { exists: async (): Promise<boolean> => false };
    notify = new NotifyOnEvent(templates, new DeliverMessage(senders, log, clock), nobody);
  }

  const event = (type: string, payload: object): DomainEvent => ({
    id: `event-${++sequence}`,
    type,
    occurredAt: clock.now(),
    payload,
  });
  const code = (channel: 'sms' | 'email' = 'sms', payload: object = {}): DomainEvent =>
    event('otp.requested', {
      channel,
      to: channel === 'sms' ? '+14155550123' : 'ada@example.com',
      code: '482913',
      locale: 'en',
      expiresAt: addMilliseconds(clock.now(), minutes(2)).toISOString(),
      purpose: 'sign-in',
      onlyKnownAccounts: false,
      ...payload,
    });

  it('brings a code by SMS', async () => {
    expect(await notify.execute(code('sms'))).toMatchObject([{ outcome: 'sent' }]);
    expect(twilio.requests.map(({ form }) => form)).toEqual([
      {
        To: '+14155550123',
        From: '+14155550100',
        Body: '482913 is your Gatehouse code, valid for 2 minutes. Never pass it on.\n\n@app.example.com #482913',
      },
    ]);
  });

  it('brings a code by email', async () => {
    expect(await notify.execute(code('email'))).toMatchObject([{ outcome: 'sent' }]);
    expect(smtp.received).toHaveLength(1);
    expect(smtp.received[0]).toMatchObject({
      to: ['ada@example.com'],
      headers: { subject: 'Your Gatehouse code' },
    });
    expect(smtp.received[0]?.raw).toContain('482913');
  });

  it('tries again while the provider is unavailable, until it takes the message', async () => {
    twilio.script({ status: 503 }, { status: 503 });
    smtp.script({ at: 'mail', answer: 451 }, { at: 'data', answer: 421 });
    expect(await notify.execute(code('sms'))).toMatchObject([{ outcome: 'sent' }]);
    expect(await notify.execute(code('email'))).toMatchObject([{ outcome: 'sent' }]);
    expect(twilio.requests).toHaveLength(3);
    expect(smtp.received).toHaveLength(1);
    expect(pauses).toHaveLength(4);
  });

  it('waits as long as the provider asks', async () => {
    twilio.script({ status: 429, headers: { 'retry-after': '7' } });
    expect(await notify.execute(code())).toMatchObject([{ outcome: 'sent' }]);
    expect(pauses).toEqual([seconds(7)]);
  });

  it('holds no claim while it waits, so that the message outlives a process killed then', async () => {
    twilio.script({ status: 503 });
    const requested = code();
    const others: unknown[] = [];
    duringPause = async () => void others.push(await notify.execute(requested));
    expect(await notify.execute(requested)).toMatchObject([{ outcome: 'duplicate' }]);
    expect(others).toMatchObject([[{ outcome: 'sent' }]]);
    expect(twilio.requests).toHaveLength(2);
  });

  it('leaves the rest to the queue when that is too long to wait here', async () => {
    twilio.script({ status: 429, headers: { 'retry-after': '90' } });
    const requested = code();
    await expect(notify.execute(requested)).rejects.toMatchObject({ retryAfter: seconds(90) });
    clock.advance(seconds(90));
    expect(await notify.execute(requested)).toMatchObject([{ outcome: 'sent' }]);
    expect(twilio.requests).toHaveLength(2);
  });

  it('does not insist when a number is refused for good', async () => {
    twilio.script({ status: 400, code: 21211 });
    const requested = code();
    expect(await notify.execute(requested)).toMatchObject([{ outcome: 'rejected', reason: 'twilio-21211' }]);
    expect(await notify.execute(requested)).toMatchObject([{ outcome: 'duplicate' }]);
    expect(twilio.requests).toHaveLength(1);
  });

  it('catches up after an outage', async () => {
    await smtp.stop();
    const requested = code('email');
    await expect(notify.execute(requested)).rejects.toMatchObject({ reason: 'smtp-ESOCKET' });
    expect(log.outcomeOf(`${requested.id}.0`)).toBeUndefined();
    smtp = await SmtpPeer.start({ port: smtp.port });
    expect(await notify.execute(requested)).toMatchObject([{ outcome: 'sent' }]);
    expect(smtp.received).toHaveLength(1);
  });

  it.each(['hang', 'drop'] as const)(
    'never repeats a message after a %s that hides its fate',
    async (answer) => {
      start({ timeout: seconds(1) });
      twilio.script(answer);
      smtp.script({ at: 'data', answer });
      const [byText, byEmail] = [code('sms'), code('email')];
      for (const requested of [byText, byEmail]) {
        expect(await notify.execute(requested)).toMatchObject([{ outcome: 'uncertain' }]);
        expect(await notify.execute(requested)).toMatchObject([{ outcome: 'duplicate' }]);
      }
      expect(twilio.requests).toHaveLength(1);
      expect(smtp.received).toHaveLength(1);
      expect(pauses).toEqual([]);
    },
  );

  it('brings one message for an event that many workers get at once', async () => {
    const [byText, byEmail] = [code('sms'), code('email')];
    await Promise.all(
      Array.from({ length: 25 }, () => [notify.execute(byText), notify.execute(byEmail)]).flat(),
    );
    expect(twilio.requests).toHaveLength(1);
    expect(smtp.received).toHaveLength(1);
  });

  it('brings no code after its time', async () => {
    const requested = code();
    clock.advance(minutes(2));
    expect(await notify.execute(requested)).toMatchObject([{ outcome: 'expired' }]);
    expect(twilio.requests).toEqual([]);
  });

  it('stops trying when the code’s time comes in between', async () => {
    const requested = code('sms', { expiresAt: addMilliseconds(clock.now(), 300).toISOString() });
    twilio.script(...Array.from({ length: 10 }, () => ({ status: 503 })));
    await expect(notify.execute(requested)).rejects.toMatchObject({ disposition: 'retry' });
    const attempts = twilio.requests.length;
    expect(attempts).toBeLessThan(4);
    clock.advance(300);
    expect(await notify.execute(requested)).toMatchObject([{ outcome: 'expired' }]);
    expect(twilio.requests).toHaveLength(attempts);
  });

  it('spares a provider that keeps failing, and comes back to it', async () => {
    // The breaker reads the system clock; nothing else of it is replaced.
    const doNotFake = ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout', 'clearTimeout'] as const;
    jest.useFakeTimers({ now: clock.now(), doNotFake: [...doNotFake] });
    try {
      twilio.script(...Array.from({ length: 5 }, () => ({ status: 503 })));
      await expect(notify.execute(code())).rejects.toMatchObject({ reason: 'twilio-http-503' });
      const requested = code();
      await expect(notify.execute(requested)).rejects.toMatchObject({ reason: 'circuit-open' });
      await expect(notify.execute(code())).rejects.toMatchObject({ reason: 'circuit-open' });
      expect(twilio.requests).toHaveLength(5);
      jest.advanceTimersByTime(seconds(10));
      expect(await notify.execute(requested)).toMatchObject([{ outcome: 'sent' }]);
      expect(await notify.execute(code())).toMatchObject([{ outcome: 'sent' }]);
      expect(twilio.requests).toHaveLength(7);
    } finally {
      jest.useRealTimers();
    }
  });

  it('keeps a hostile name where names belong', async () => {
    const displayName = 'Ada\r\nBcc: mallory@example.com\r\n\r\n<script>alert(1)</script>';
    const to = 'ada@example.com';
    await notify.execute(
      event('user.registered', { userId: 'u', channel: 'email', to, displayName, locale: 'de' }),
    );
    const [email] = smtp.received;
    expect(email?.to).toEqual([to]);
    expect(Object.keys(email?.headers ?? {})).not.toContain('bcc');
    expect(email?.raw).not.toMatch(/^Bcc:/imu);
    const [, html] = email?.raw.split('text/html') ?? [];
    expect(html).toContain('&lt;script&gt;');
    expect(html).not.toContain('<script>');
  });
});
