import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  LOCALES,
  type AccountAlert,
  type Locale,
  type Notification,
  type RenderedText,
} from '#domain/notification';
import { EtaTemplateRenderer } from './eta-template-renderer.js';

const at = new Date('2026-01-15T12:05:00.000Z');
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const code = (purpose: 'sign-in' | 'register' | 'add-identifier', validMinutes = 2): Notification => ({
  template: 'otp-code',
  code: '482913',
  purpose,
  validMinutes,
});
const signIn = (overrides: object = {}): Notification => ({
  template: 'new-sign-in',
  displayName: 'Ada',
  address: '2001:db8:1234:5678:9abc:def0:1234:5678',
  userAgent: firefox,
  at,
  ...overrides,
});
const accountAlert = (notice: AccountAlert, country: string | null = 'NZ'): Notification => ({
  template: 'account-notice',
  notice,
  at,
  address: '2001:db8:1234:5678:9abc:def0:1234:5678',
  country,
});
const operatorAlert = (phase: 'opened' | 'grown' | 'closed'): Notification => ({
  template: 'operator-alert',
  id: '0190b5c8-0000-7000-8000-000000000001',
  kind: 'refresh-reuse',
  severity: 'critical',
  phase,
  openedAt: at,
  lastAt: at,
  count: 10_000,
  accounts: 9_500,
  addresses: 1_000,
});
const everyNotification: readonly Notification[] = [
  code('sign-in'),
  code('register', 1),
  code('add-identifier', 10),
  { template: 'welcome', displayName: 'Ada' },
  { template: 'welcome', displayName: null },
  signIn(),
  signIn({ displayName: null, userAgent: '' }),
  { template: 'account-notice', notice: 'identifier-added', identifierHint: '+49•••89', at },
  {
    template: 'account-notice',
    notice: 'identifier-removed',
    identifierHint: 'a•••@subsidiary.example.com',
    at,
  },
  { template: 'account-notice', notice: 'account-deleted', restorableUntil: at },
  { template: 'account-notice', notice: 'password-changed', at },
  {
    template: 'account-notice',
    notice: 'locked-out',
    until: at,
    address: '2001:db8:1234:5678:9abc:def0:1234:5678',
  },
  ...(['refresh-reused', 'unusual-sign-in', 'roles-changed', 'many-failures'] as const).map((notice) =>
    accountAlert(notice),
  ),
];
const onlyByMail: readonly Notification[] = [
  { template: 'verify-email', token: 'T0k3n', registeredAt: at, validHours: 24 },
  { template: 'reset-password', token: 'T0k3n', validMinutes: 30 },
  { template: 'already-registered', at },
  operatorAlert('opened'),
  operatorAlert('grown'),
  operatorAlert('closed'),
];
const everywhere = LOCALES.flatMap((locale) =>
  everyNotification.map((notification) => [locale, notification] as const),
);

const byMail = LOCALES.flatMap((locale) =>
  [...everyNotification, ...onlyByMail].map((notification) => [locale, notification] as const),
);

const links = {
  'verify-email': 'https://id.example.com/verify/{token}',
  'reset-password': 'https://app.example.com/reset?a=1&b=2#{token}',
};
const renderer = new EtaTemplateRenderer({ productName: 'Gatehouse', links });
const email = (notification: Notification, locale: Locale = 'en'): RenderedText =>
  renderer.render(notification, 'email', locale);
const sms = (notification: Notification, locale: Locale = 'en', origin?: string): string =>
  new EtaTemplateRenderer({ productName: 'Gatehouse', origin, links }).render(notification, 'sms', locale)
    .text;

/** What is read, without its form. */
const words = (markup: string): string =>
  markup
    .replace(/<style>.*<\/style>|<[^>]*>|[\s:]/gsu, '')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

describe('every email', () => {
  it.each(byMail)('in %s is complete in HTML and in plain text: %j', (locale, notification) => {
    const { subject, text, html } = email(notification, locale);
    for (const part of [subject, text, html]) {
      expect(part).toBeTruthy();
      expect(part).not.toMatch(/undefined|null|NaN|Invalid Date|\[object|<%|%>/u);
    }
    for (const block of text.split('\n\n').slice(0, -1)) expect(words(html ?? '')).toContain(words(block));
    expect(subject).toContain('Gatehouse');
    expect(html).toContain(`<html lang="${locale}">`);
    if (notification.template === 'otp-code') {
      expect(text).toMatch(/^ +482913$/mu);
      expect(html).toMatch(/<p class="code"[^>]*user-select:all;">482913<\/p>/u);
      expect(subject).not.toContain('482913');
    }
  });

  it.each(byMail)('in %s loads nothing and runs nothing: %j', (locale, notification) => {
    const { html } = email(notification, locale);
    expect(html).not.toMatch(/<(script|img|link|iframe|object|form)\b|\bsrc=|url\(|@import|\son\w+=/iu);
    const leadsAnywhere =
      notification.template === 'verify-email' || notification.template === 'reset-password';
    expect(html?.match(/<a\b|\bhref=/gu) ?? []).toHaveLength(leadsAnywhere ? 2 : 0);
  });

  it.each(LOCALES)('in %s leads where its text says, and there only', (locale) => {
    const verify = email(onlyByMail[0]!, locale);
    expect(verify.text).toMatch(/:\nhttps:\/\/id\.example\.com\/verify\/T0k3n$/mu);
    expect(verify.html).toContain('<a href="https://id.example.com/verify/T0k3n" target="_blank"');
    const reset = email(onlyByMail[1]!, locale);
    expect(reset.text).toMatch(/:\nhttps:\/\/app\.example\.com\/reset\?a=1&b=2#T0k3n$/mu);
    expect(reset.html).toContain('<a href="https://app.example.com/reset?a=1&amp;b=2#T0k3n"');
    for (const { html } of [verify, reset])
      expect(html).toMatch(/>https:\/\/(id|app)\.example\.com\/[^<]+<\/p>/u);
  });

  it('says the same in German', () => {
    const { subject, text } = email(code('sign-in'), 'de');
    expect(subject).toBe('Ihr Code für Gatehouse');
    expect(text).toContain('Er gilt 2 Minuten lang');
    expect(email(code('sign-in', 1), 'de').text).toContain('Er gilt 1 Minute lang');
  });

  it('names time, device and address of a new sign-in', () => {
    const { text } = email(signIn());
    expect(text).toContain('Time: 15 Jan 2026, 12:05 UTC');
    expect(text).toContain('Device: Firefox, Linux');
    expect(text).toContain('Address: 2001:db8:1234:5678:9abc:def0:1234:5678');
  });

  it('names the country of an unusual sign-in, where it is known', () => {
    expect(email(accountAlert('unusual-sign-in')).text).toContain('Place: New Zealand');
    expect(email(accountAlert('unusual-sign-in'), 'de').text).toContain('Ort: Neuseeland');
    expect(email(accountAlert('unusual-sign-in', null)).text).not.toContain('Place');
  });

  it('says in its subject that an alert is over', () => {
    expect(email(operatorAlert('opened')).subject).toBe('Gatehouse: Refresh tokens used twice (critical)');
    expect(email(operatorAlert('closed')).subject).toBe(
      'Gatehouse: over: Refresh tokens used twice (critical)',
    );
  });

  it('gives every value as text, whatever it looks like', () => {
    const hostile = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        '<%= it %>',
        '&lt;b&gt;',
        "'",
      ),
    );
    const markup = (html: string): string[] => html.match(/<[^>]*>/gu) ?? [];
    const structure = markup(email(signIn({ userAgent: 'agent' })).html ?? '');
    fc.assert(
      fc.property(hostile, hostile, (name, userAgent) => {
        const { html } = email(signIn({ displayName: `A${name}`, userAgent: `A${userAgent}` }));
        expect(markup(html ?? '')).toEqual(structure);
      }),
    );
    const { html } = email({ template: 'welcome', displayName: '<b>&"\'' });
    expect(html).toContain('Welcome, &lt;b&gt;&amp;&quot;&#39;');
  });
});

describe('every SMS', () => {
  /** GSM 03.38, the basic table: what is outside makes a segment hold 70 characters instead of 160. */
  const GSM = /^[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]*$/u;

  it.each(everywhere)('in %s fits into one segment and has nothing but text: %j', (locale, notification) => {
    const rendered = renderer.render(notification, 'sms', locale);
    expect(rendered).toMatchObject({ subject: '', html: null });
    const text = sms(notification, locale, 'https://app.example.com');
    expect(text).toMatch(GSM);
    expect(text.length).toBeLessThanOrEqual(160);
  });

  it.each(LOCALES)('in %s begins with the code, which a notification shows first', (locale) => {
    expect(sms(code('sign-in'), locale)).toMatch(/^482913 /u);
  });

  it('ends with the line that lets the phone fill in the code, for that site only', () => {
    const text = sms(code('sign-in'), 'en', 'https://app.example.com:8443/login');
    expect(text).toBe(
      '482913 is your Gatehouse code, valid for 2 minutes. Never pass it on.\n\n@app.example.com #482913',
    );
  });

  it('has no such line without a site, nor without a code', () => {
    expect(sms(code('sign-in'))).not.toContain('\n');
    expect(sms({ template: 'welcome', displayName: null }, 'en', 'https://app.example.com')).not.toContain(
      '\n',
    );
  });

  it.each(onlyByMail)('is not made of what only mail can carry: %j', (notification) => {
    expect(() => sms(notification)).toThrow('no text message');
  });

  it('leaves out what strangers chose, but for the address', () => {
    expect(sms(signIn({ displayName: 'Mallory', userAgent: 'evil.example' }))).not.toMatch(/Mallory|evil/u);
  });
});
