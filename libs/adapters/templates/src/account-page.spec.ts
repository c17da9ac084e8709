import { describe, expect, it } from '@jest/globals';
import { LOCALES, type LinkPurpose } from '#domain/notification';
import { renderAccountPage, type AccountPage } from './account-page.js';

const purposes: readonly LinkPurpose[] = ['verify-email', 'reset-password'];
const states: readonly AccountPage['state'][] = ['ask', 'done', 'failed'];
const every = LOCALES.flatMap((locale) =>
  purposes.flatMap((purpose) => states.map((state) => [locale, purpose, state] as const)),
);

describe('the page that a mailed link leads to', () => {
  it.each(every)('in %s, to %s, %s: says so and loads nothing', (locale, purpose, state) => {
    const html = renderAccountPage({ locale, purpose, state }, 'n0nce');
    expect(html).toContain(`<html lang="${locale}">`);
    expect(html).not.toMatch(/<script|href=|src=|url\(|@import|\son\w+=|undefined|<%|%>|role="alert"/iu);
    expect(html.match(/<style nonce="n0nce">/gu)).toHaveLength(1);
    expect(html.includes('<form method="post">')).toBe(state === 'ask');
    expect(html.includes('type="password"')).toBe(state === 'ask' && purpose === 'reset-password');
  });

  it.each(LOCALES)('in %s has words for each problem, and for one that it does not know', (locale) => {
    const alertFor = (problem: string) => {
      const html = renderAccountPage({ locale, purpose: 'reset-password', state: 'failed', problem }, 'n');
      return /role="alert">([^<]+)</u.exec(html)?.[1];
    };
    const known = ['link-invalid', 'link-expired', 'password-too-short', 'password-breached', 'rate-limited'];
    const alerts = [...known, '<b>'].map(alertFor);
    expect(new Set(alerts).size).toBe(alerts.length);
    expect(alerts).not.toContain(undefined);
  });
});
