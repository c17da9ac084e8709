import { describe, expect, it } from '@jest/globals';
import type { DevOutboxMessage } from '#domain/notification';
import { devOutboxContentSecurityPolicy, renderDevOutboxPage } from './dev-outbox-page.js';
import { EtaTemplateRenderer } from './eta-template-renderer.js';

const nonce = 'bm9uY2U';
const createdAt = new Date('2026-01-15T12:00:00.000Z');
const renderer = new EtaTemplateRenderer({
  productName: 'Gatehouse',
  links: {
    'verify-email': 'https://id.example.com/v/{token}',
    'reset-password': 'https://id.example.com/r/{token}',
  },
});
const message = (overrides: Partial<DevOutboxMessage> = {}): DevOutboxMessage => ({
  id: 'message.0',
  channel: 'email',
  to: 'ada@example.com',
  template: 'welcome',
  ...renderer.render({ template: 'welcome', displayName: 'Ada' }, 'email', 'en'),
  code: null,
  createdAt,
  ...overrides,
});
const page = (messages: DevOutboxMessage[], to = ''): string => renderDevOutboxPage({ messages, to, nonce });
const unescape = (html: string): string =>
  html
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

describe('the dev outbox page', () => {
  it('shows an email as a document of its own in a sandbox, and its plain text', () => {
    const email = message();
    const html = page([email]);
    const [, srcdoc = ''] =
      /<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" [^>]*srcdoc="([^"]*)"/u.exec(html) ?? [];
    expect(unescape(srcdoc)).toBe(email.html?.replace('<style>', `<style nonce="${nonce}">`));
    expect(html).toContain('<h2>Welcome to Gatehouse</h2>');
    expect(html).toMatch(/<pre>Welcome, Ada\n/u);
  });

  it('shows an SMS as a bubble and its code apart, to be copied', () => {
    const text = '482913 is your code\n\n@app.example.com #482913';
    const sms = message({
      channel: 'sms',
      to: '+14155550123',
      subject: '',
      html: null,
      text,
      code: '482913',
    });
    const html = page([sms]);
    expect(html).toContain(`<p class="bubble">${text}</p>`);
    expect(html).toContain('<span class="code">482913</span>');
    expect(html).not.toContain('<iframe');
  });

  it('keeps the order it was given', () => {
    const html = page([message({ to: 'second@example.com' }), message({ to: 'first@example.com' })]);
    expect(html.indexOf('second@example.com')).toBeLessThan(html.indexOf('first@example.com'));
  });

  it('filters with a form that remembers its recipient', () => {
    expect(page([], 'ada@example.com')).toMatch(/<input id="to" name="to"[^>]* value="ada@example.com"/u);
    expect(page([], 'ada@example.com')).toContain('No message to this recipient yet');
    expect(page([])).toContain('No message yet');
  });

  it.each(['to', 'subject', 'text', 'code', 'html'] as const)('takes no markup from %s', (field) => {
    const harmless = page([message({ [field]: 'x' })]);
    const hostile = page([message({ [field]: '"></iframe><script>alert(1)</script>' })]);
    expect(hostile.match(/<[^>]*>/gu)?.length).toBe(harmless.match(/<[^>]*>/gu)?.length);
    expect(hostile).not.toContain('<script>');
    expect(page([], '"><script>alert(1)</script>')).not.toContain('<script>');
  });

  it('lives under a policy that lets nothing load or run', () => {
    const html = page([message()]);
    expect(html).not.toMatch(/<script|\son\w+=|javascript:|<link|@import|url\(/iu);
    expect(html.match(/<style/gu)).toHaveLength(1);
    expect(html).toContain(`<style nonce="${nonce}">`);
    expect(devOutboxContentSecurityPolicy(nonce)).toBe(
      "default-src 'none'; style-src 'nonce-bm9uY2U'; style-src-attr 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
  });
});
