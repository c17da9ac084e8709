import { describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import { Secret } from './secret.vo.js';

describe('Secret', () => {
  const secret = new Secret('482913');

  it('hands its value only to an explicit expose()', () => {
    expect(secret.expose()).toBe('482913');
  });

  it.each([
    ['string interpolation', `${String(secret)}`],
    ['concatenation', 'code ' + String(secret)],
    ['JSON', JSON.stringify({ secret })],
    ['inspection at any depth', inspect({ nested: { secret } }, { depth: 9, showHidden: true })],
    ['own property enumeration', JSON.stringify(Object.entries(secret))],
  ])('does not leak through %s', (_way, text) => {
    expect(text).not.toContain('482913');
  });
});
