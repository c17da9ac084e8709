import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { Secret } from '#domain/kernel';
import { HmacRefreshTokens } from './hmac-refresh-tokens.js';
import { ServerKey } from './server-key.js';

const aServerKey = () => ServerKey.fromBase64(new Secret(randomBytes(32).toString('base64')));
const tokens = new HmacRefreshTokens(aServerKey());
const references = fc.record({
  userId: fc.uuid({ version: 7 }),
  sessionId: fc.uuid({ version: 7 }),
  generation: fc.nat(2 ** 31 - 1),
});
const aReference = { userId: crypto.randomUUID(), sessionId: crypto.randomUUID(), generation: 3 };

describe('HmacRefreshTokens', () => {
  it('reads back the reference that a token was issued for', () => {
    fc.assert(
      fc.property(references, (reference) => {
        expect(tokens.read(tokens.issue(reference).expose())).toEqual(reference);
      }),
    );
  });

  it('issues the same token for the same reference, and another for any other', () => {
    fc.assert(
      fc.property(references, references, (one, other) => {
        const [first, again, different] = [one, { ...one }, other].map((ref) => tokens.issue(ref).expose());
        expect(again).toBe(first);
        expect(different === first).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
    );
  });

  it('refuses a token with any single bit flipped', () => {
    const token = Buffer.from(tokens.issue(aReference).expose(), 'latin1');
    for (let bit = 0; bit < token.length * 8; bit++) {
      const flipped = Buffer.from(token);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect([bit, tokens.read(flipped.toString('latin1'))]).toEqual([bit, null]);
    }
  });

  it('refuses a generation that it did not sign, though everything else is genuine', () => {
    const bytes = Buffer.from(tokens.issue(aReference).expose().slice(4), 'base64url');
    bytes.writeUInt32BE(aReference.generation + 1, 32);
    expect(tokens.read(`ghr_${bytes.toString('base64url')}`)).toBeNull();
  });

  it('refuses a token of another deployment', () => {
    expect(new HmacRefreshTokens(aServerKey()).read(tokens.issue(aReference).expose())).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['its prefix alone', 'ghr_'],
    ['50 kB', 'ghr_' + 'A'.repeat(50_000)],
    ['text of its length', 'ghr_' + '!'.repeat(91)],
    ['Unicode of its length', 'ghr_' + '日'.repeat(91)],
    ['a token with something behind it', `${tokens.issue(aReference).expose()}A`],
    ['a token with padding', `${tokens.issue(aReference).expose()}==`],
  ])('refuses %s', (_what, text) => {
    expect(tokens.read(text)).toBeNull();
  });

  it('hands out a secret that no log can print', () => {
    const token = tokens.issue(aReference);
    expect(inspect(token)).not.toContain(token.expose());
  });
});
