import { describe, expect, it } from '@jest/globals';
import { InMemoryDeliveryLog } from '#adapters/memory';
import type { DomainEvent } from '#domain/kernel';
import { FixedClock } from '#domain/kernel/testing';
import { ScriptedSender } from '#domain/notification/testing';
import { inspect } from 'node:util';
import { DeliveryError } from '../model/delivery-error.js';
import type { Message } from '../model/message.js';
import type { NotificationEvent } from '../model/notification-event.js';
import type { Notification } from '../model/notification.js';
import type { TemplateRenderer } from '../ports/template-renderer.port.js';
import { DeliverMessage } from './deliver-message.use-case.js';
import { NotifyOnEvent } from './notify-on-event.use-case.js';

const occurredAt = new Date('2026-01-15T12:00:00.000Z');
const id = '0190b5c8-0000-7000-8000-000000000001';
const email = { channel: 'email', to: 'ada@example.com' } as const;
const sms = { channel: 'sms', to: '+14155550123' } as const;

type EventOf<T extends NotificationEvent['type']> = Extract<NotificationEvent, { type: T }>;
const event = <T extends NotificationEvent['type']>(
  type: T,
  payload: EventOf<T>['payload'],
): DomainEvent => ({
  id,
  type,
  occurredAt,
  payload,
});
const otpRequested = (overrides: Partial<EventOf<'otp.requested'>['payload']> = {}): DomainEvent =>
  event('otp.requested', {
    ...email,
    code: '482913',
    locale: 'de-AT',
    expiresAt: '2026-01-15T12:02:00.000Z',
    purpose: 'sign-in',
    onlyKnownAccounts: false,
    ...overrides,
  });

/** Shows what it was given; the words are the renderer's own tests' business. */
const templates: TemplateRenderer = {
  render: (notification, channel, locale) => ({
    subject: `About\r\n${notification.template}`,
    text: JSON.stringify({ notification, channel, locale }),
    html: null,
  }),
};

interface SetUp {
  readonly sent: readonly Message[];
  readonly notify: NotifyOnEvent;
}

function setUp(script: ConstructorParameters<typeof ScriptedSender>[0] = [], known: string[] = []): SetUp {
  const sender = new ScriptedSender(script);
  const delivery = new DeliverMessage(
    { email: sender, sms: sender },
    new InMemoryDeliveryLog(),
    new FixedClock(),
  );
  const identifiers = {
    exists: async (kind: string, value: string): Promise<boolean> => known.includes(`${kind}:${value}`),
  };
  return { sent: sender.taken, notify: new NotifyOnEvent(templates, delivery, identifiers) };
}

const rendered = (message: Message | undefined): { notification: Notification; locale: string } =>
  JSON.parse(message?.content.expose().text ?? 'null') as ReturnType<typeof rendered>;

describe('NotifyOnEvent', () => {
  it('sends a requested code in the language of the request, good until it expires', async () => {
    const { sent, notify } = setUp();
    await notify.execute(otpRequested());
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({
      id: `${id}.0`,
      channel: 'email',
      template: 'otp-code',
      locale: 'de',
      createdAt: occurredAt,
      expiresAt: new Date('2026-01-15T12:02:00.000Z'),
    });
    expect(sent[0]?.to.expose()).toBe('ada@example.com');
    expect(sent[0]?.content.expose().code).toBe('482913');
    expect(rendered(sent[0])).toMatchObject({
      locale: 'de',
      notification: { template: 'otp-code', code: '482913', purpose: 'sign-in', validMinutes: 2 },
    });
  });

  it.each<[DomainEvent, object]>([
    [
      event('user.registered', { ...email, userId: 'u', displayName: 'Ada', locale: null }),
      { template: 'welcome', displayName: 'Ada' },
    ],
    [
      event('session.opened-on-new-device', {
        ...email,
        userId: 'u',
        displayName: null,
        locale: null,
        address: '203.0.113.7',
        userAgent: 'Firefox',
        occurredAt: '2026-01-15T11:59:59.000Z',
      }),
      {
        template: 'new-sign-in',
        displayName: null,
        address: '203.0.113.7',
        userAgent: 'Firefox',
        at: '2026-01-15T11:59:59.000Z',
      },
    ],
    [
      event('user.deleted', {
        ...sms,
        userId: 'u',
        locale: null,
        restorableUntil: '2026-02-14T12:00:00.000Z',
      }),
      { template: 'account-notice', notice: 'account-deleted', restorableUntil: '2026-02-14T12:00:00.000Z' },
    ],
  ])('turns $type into one message without an expiry', async (happened, notification) => {
    const { sent, notify } = setUp();
    await notify.execute(happened);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.expiresAt).toBeNull();
    expect(sent[0]?.content.expose().code).toBeNull();
    expect(rendered(sent[0]).notification).toEqual(notification);
  });

  it.each(['identifier-added', 'identifier-removed'] as const)(
    'tells every contact of an account about %s',
    async (notice) => {
      const { sent, notify } = setUp();
      const notify_ = { userId: 'u', notify: [email, sms], identifierHint: 'b•••@example.com', locale: 'de' };
      await notify.execute(event(`user.${notice}`, notify_));
      expect(sent.map((message) => [message.id, message.channel, message.to.expose()])).toEqual([
        [`${id}.0`, 'email', 'ada@example.com'],
        [`${id}.1`, 'sms', '+14155550123'],
      ]);
      expect(rendered(sent[1]).notification).toMatchObject({ notice, identifierHint: 'b•••@example.com' });
    },
  );

  it('sends each message once, however often and however parallel the event comes', async () => {
    const { sent, notify } = setUp();
    await Promise.all(Array.from({ length: 20 }, () => notify.execute(otpRequested())));
    await notify.execute(otpRequested());
    expect(sent).toHaveLength(1);
  });

  it('serves the others when one recipient fails, and only the failed one on the repeat', async () => {
    const busy = new DeliveryError('retry', 'busy');
    const { sent, notify } = setUp([busy, () => new Promise(setImmediate)]);
    const added = event('user.identifier-added', {
      userId: 'u',
      notify: [email, sms],
      identifierHint: 'h',
      locale: null,
    });
    await expect(notify.execute(added)).rejects.toBe(busy);
    expect(sent.map(({ channel }) => channel)).toEqual(['sms']);
    const outcomes = await notify.execute(added);
    expect(outcomes).toMatchObject([{ outcome: 'sent' }, { outcome: 'duplicate' }]);
    expect(sent.map(({ channel }) => channel)).toEqual(['sms', 'email']);
  });

  it('keeps a code from strangers while only known accounts may have one', async () => {
    const { sent, notify } = setUp([], ['email:ada@example.com', 'phone:+14155550123']);
    const onlyKnownAccounts = true;
    expect(await notify.execute(otpRequested({ onlyKnownAccounts, to: 'eve@example.com' }))).toBe('withheld');
    expect(sent).toEqual([]);
    await notify.execute({ ...otpRequested({ onlyKnownAccounts }), id: 'known-email' });
    await notify.execute({ ...otpRequested({ onlyKnownAccounts, ...sms }), id: 'known-phone' });
    expect(sent).toHaveLength(2);
  });

  describe('asked for a link', () => {
    const verification = (
      overrides: Partial<EventOf<'credentials.verification-requested'>['payload']> = {},
    ) =>
      event('credentials.verification-requested', {
        ...email,
        token: 'T0k3n',
        locale: 'de',
        registeredAt: '2026-01-15T11:00:00.000Z',
        expiresAt: '2026-01-16T12:00:00.000Z',
        ...overrides,
      });
    const reset = event('credentials.reset-requested', {
      ...email,
      token: 'T0k3n',
      locale: null,
      expiresAt: '2026-01-15T12:30:00.000Z',
    });
    const known = ['email:ada@example.com'];

    it('sends a stranger the one that confirms the address, good until it expires', async () => {
      const { sent, notify } = setUp();
      await notify.execute(verification());
      expect(sent).toHaveLength(1);
      expect(sent[0]).toMatchObject({
        template: 'verify-email',
        expiresAt: new Date('2026-01-16T12:00:00.000Z'),
      });
      expect(rendered(sent[0]).notification).toEqual({
        template: 'verify-email',
        token: 'T0k3n',
        registeredAt: '2026-01-15T11:00:00.000Z',
        validHours: 24,
      });
    });

    it('tells whoever has an account so, and sends no link along, asked again or not', async () => {
      const { sent, notify } = setUp([], known);
      await notify.execute(verification());
      await notify.execute({ ...verification({ token: null }), id: 'again' });
      expect(sent).toHaveLength(2);
      for (const message of sent) {
        expect(rendered(message).notification).toEqual({
          template: 'already-registered',
          at: occurredAt.toISOString(),
        });
      }
    });

    it('writes to nobody who neither registered nor has an account', async () => {
      const { sent, notify } = setUp();
      expect(await notify.execute(verification({ token: null }))).toBe('withheld');
      expect(await notify.execute(reset)).toBe('withheld');
      expect(sent).toEqual([]);
    });

    it('sends the one for a new password to whoever has an account', async () => {
      const { sent, notify } = setUp([], known);
      await notify.execute(reset);
      expect(sent[0]?.expiresAt).toEqual(new Date('2026-01-15T12:30:00.000Z'));
      expect(rendered(sent[0]).notification).toEqual({
        template: 'reset-password',
        token: 'T0k3n',
        validMinutes: 30,
      });
    });
  });

  it.each<[DomainEvent, object]>([
    [
      event('credentials.password-changed', { userId: 'u', notify: [email, sms], locale: null }),
      { notice: 'password-changed', at: occurredAt.toISOString() },
    ],
    [
      event('credentials.locked-out', {
        userId: 'u',
        notify: [email, sms],
        locale: null,
        until: '2026-01-15T12:15:00.000Z',
        address: '203.0.113.7\r\nBcc: eve@example.com',
      }),
      {
        notice: 'locked-out',
        until: '2026-01-15T12:15:00.000Z',
        address: '203.0.113.7 Bcc: eve@example.com',
      },
    ],
    [
      event('account.alerted', {
        userId: 'u',
        notify: [email, sms],
        locale: null,
        notice: 'unusual-sign-in',
        at: '2026-01-15T11:00:00.000Z',
        address: '203.0.113.7\r\nBcc: eve@example.com',
        country: 'NZ',
      }),
      {
        notice: 'unusual-sign-in',
        at: '2026-01-15T11:00:00.000Z',
        address: '203.0.113.7 Bcc: eve@example.com',
        country: 'NZ',
      },
    ],
  ])('tells every contact of an account of $type', async (happened, notice) => {
    const { sent, notify } = setUp();
    await notify.execute(happened);
    expect(sent.map(({ channel }) => channel)).toEqual(['email', 'sms']);
    for (const message of sent) {
      expect(rendered(message).notification).toEqual({ template: 'account-notice', ...notice });
    }
  });

  it('tells each operator of an alert, in numbers', async () => {
    const { sent, notify } = setUp();
    const alert = { phase: 'opened', id: 'a', kind: 'lockout', severity: 'warning', count: 3 } as const;
    const instant = occurredAt.toISOString();
    await notify.execute(
      event('alert.mailed', {
        notify: [email, { channel: 'email', to: 'night@example.com' }],
        locale: null,
        alert: {
          ...alert,
          openedAt: instant,
          lastAt: instant,
          accounts: { distinct: 2 },
          addresses: { distinct: 1 },
        },
      }),
    );
    expect(sent.map(({ to }) => to.expose())).toEqual([email.to, 'night@example.com']);
    expect(rendered(sent[1]).notification).toEqual({
      template: 'operator-alert',
      ...alert,
      openedAt: instant,
      lastAt: instant,
      accounts: 2,
      addresses: 1,
    });
  });

  it.each(['audit.exported', '__proto__', 'constructor'])('ignores %s', async (type) => {
    const { sent, notify } = setUp();
    expect(await notify.execute({ id, type, occurredAt, payload: {} })).toBe('ignored');
    expect(sent).toEqual([]);
  });

  it('lets nothing foreign break a line, nor grow without bound', async () => {
    const { sent, notify } = setUp();
    const hostile = `Ada\r\nBcc: mallory@example.com ${'x'.repeat(50_000)}`;
    await notify.execute(
      event('session.opened-on-new-device', {
        ...email,
        userId: 'u',
        displayName: hostile,
        locale: null,
        address: hostile,
        userAgent: hostile,
        occurredAt: occurredAt.toISOString(),
      }),
    );
    const { notification } = rendered(sent[0]);
    expect(notification).toMatchObject({ displayName: 'Ada Bcc: mallory@example.com xxxxxxxxxx…' });
    expect(JSON.stringify(notification)).not.toMatch(/\\r|\\n/u);
    expect(JSON.stringify(notification).length).toBeLessThan(500);
    expect(sent[0]?.content.expose().subject).toBe('About new-sign-in');
  });

  it('treats a name without anything visible as no name', async () => {
    const { sent, notify } = setUp();
    await notify.execute(
      event('user.registered', { ...email, userId: 'u', displayName: ' \u200B', locale: null }),
    );
    expect(rendered(sent[0]).notification).toEqual({ template: 'welcome', displayName: null });
  });

  it('refuses an event whose expiry is not a time, rather than take it for never', async () => {
    const { sent, notify } = setUp();
    await expect(notify.execute(otpRequested({ expiresAt: 'soon' }))).rejects.toThrow(RangeError);
    expect(sent).toEqual([]);
  });

  it('makes messages that can be logged whole', async () => {
    const { sent, notify } = setUp();
    await notify.execute(otpRequested());
    const logged = JSON.stringify(sent) + inspect(sent, { depth: 9, showHidden: true });
    expect(logged).not.toMatch(/482913|ada@example/u);
  });
});
