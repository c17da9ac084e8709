import { describe, expect, it } from '@jest/globals';
import { negotiateLocale } from './locale.js';

describe('negotiateLocale', () => {
  it.each([
    ['de', 'de'],
    ['de-AT', 'de'],
    ['DE_ch', 'de'],
    ['en-GB', 'en'],
    ['fr-CA', 'en'],
    ['den', 'en'],
    ['', 'en'],
    ['__proto__', 'en'],
    [null, 'en'],
  ])('answers %j with %s', (tag, locale) => {
    expect(negotiateLocale(tag)).toBe(locale);
  });
});
