import { describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { validate, v7 as uuidV7, version } from 'uuid';
import { aPhone, anEmail } from '#domain/identity/testing';
import { Secret } from '#domain/kernel';
import { ServerKey } from './server-key.js';
import { ServerLinkTokens } from './server-link-tokens.js';

const aKey = (): ServerKey => ServerKey.fromBase64(new Secret(randomBytes(32).toString('base64')));
const tokens = new ServerLinkTokens(aKey());
const subject = uuidV7();

describe('ServerLinkTokens', () => {
  it('reads back what it issued, for that purpose only', () => {
    const { token, mac } = tokens.issue('reset-password', subject);
    expect(tokens.read('reset-password', token.expose())).toEqual({ subject, mac });
    const misused = tokens.read('verify-email', token.expose());
    expect(misused?.mac).not.toBe(mac);
  });

  it('makes each token once, of 256 bits that nothing stored gives away', () => {
    const issued = Array.from({ length: 1_000 }, () => tokens.issue('verify-email', subject));
    expect(new Set(issued.map(({ token }) => token.expose())).size).toBe(1_000);
    for (const { token, mac } of issued) {
      expect(token.expose()).toMatch(/^[\w-]{64}$/);
      expect(token.expose()).not.toContain(mac.slice(0, 8));
    }
  });

  it('knows an altered token as another one', () => {
    const { token, mac } = tokens.issue('verify-email', subject);
    const text = token.expose();
    fc.assert(
      fc.property(fc.nat(63), fc.constantFrom('A', 'b', '0', '-', '_'), (at, replacement) => {
        fc.pre(text[at] !== replacement);
        const altered = text.slice(0, at) + replacement + text.slice(at + 1);
        expect(tokens.read('verify-email', altered)?.mac).not.toBe(mac);
      }),
    );
  });

  it('reads nothing that cannot be a token, and fails on nothing', () => {
    for (const text of [
      '',
      'x',
      'a'.repeat(63),
      'a'.repeat(65),
      `${'a'.repeat(63)}=`,
      `${'a'.repeat(63)}\n`,
    ]) {
      expect(tokens.read('verify-email', text)).toBeNull();
    }
    fc.assert(
      fc.property(fc.stringMatching(/^[\w-]{64}$/), (text) => {
        const read = tokens.read('verify-email', text);
        expect(read === null || validate(read.subject)).toBe(true);
      }),
    );
  });

  it('makes of an address a subject that is always the same and shows nothing without the key', () => {
    const [email, phone] = [anEmail(), aPhone()];
    expect(tokens.subjectOf(email)).toBe(tokens.subjectOf(email));
    expect(version(tokens.subjectOf(email))).toBe(8);
    const others = [tokens.subjectOf(phone), new ServerLinkTokens(aKey()).subjectOf(email)];
    expect(others).not.toContain(tokens.subjectOf(email));
  });

  it('of another key takes the same token for something else', () => {
    const { token, mac } = tokens.issue('verify-email', subject);
    expect(new ServerLinkTokens(aKey()).read('verify-email', token.expose())?.mac).not.toBe(mac);
  });
});
