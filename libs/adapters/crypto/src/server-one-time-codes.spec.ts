import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { Identifier } from '#domain/identity';
import { Secret } from '#domain/kernel';
import type { ChallengeReference } from '#domain/otp';
import { ServerKey } from './server-key.js';
import { ServerOneTimeCodes } from './server-one-time-codes.js';

const aServerKey = () => ServerKey.fromBase64(new Secret(randomBytes(32).toString('base64')));
const codes = new ServerOneTimeCodes(aServerKey());

const identifiers = fc.oneof(
  fc.nat(9_999).map((n) => Identifier.of('email', `person-${n}@example.com`)),
  fc.nat(9_999).map((n) => Identifier.of('phone', `+1415555${n.toString().padStart(4, '0')}`)),
);
const references: fc.Arbitrary<ChallengeReference> = fc.record(
  {
    challengeId: fc.uuid(),
    identifier: identifiers,
    purpose: fc.constantFrom('sign-in', 'register', 'add-identifier'),
    userId: fc.option(fc.uuid()),
    replaces: fc.uuid(),
  },
  { requiredKeys: ['challengeId', 'identifier', 'purpose', 'userId'] },
);
const sixDigits = fc.nat(999_999).map((n) => n.toString().padStart(6, '0'));
const aReference: ChallengeReference = {
  challengeId: crypto.randomUUID(),
  identifier: Identifier.of('email', 'ada@example.com'),
  purpose: 'sign-in',
  userId: null,
};

describe('one-time codes', () => {
  it('are six digits, each digit equally likely in every place', () => {
    const drawn = Array.from({ length: 20_000 }, () => codes.generate().expose());
    expect(drawn.every((code) => /^\d{6}$/.test(code))).toBe(true);
    for (let place = 0; place < 6; place++) {
      const counts = Array<number>(10).fill(0);
      for (const code of drawn) counts[Number(code[place])]! += 1;
      // 2,000 expected of each, standard deviation 42: seven of them are a one in 10^10 chance.
      for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(300);
    }
  });
});

describe('the MAC of a code', () => {
  it('is the same for the same challenge and code, and differs in anything else', () => {
    fc.assert(
      fc.property(references, references, sixDigits, sixDigits, (one, other, code, otherCode) => {
        const mac = codes.mac(one, code);
        expect(codes.mac({ ...one }, code)).toBe(mac);
        if (one.challengeId !== other.challengeId) {
          expect(codes.mac({ ...one, challengeId: other.challengeId }, code)).not.toBe(mac);
        }
        if (!one.identifier.equals(other.identifier)) {
          expect(codes.mac({ ...one, identifier: other.identifier }, code)).not.toBe(mac);
        }
        if (code !== otherCode) expect(codes.mac(one, otherCode)).not.toBe(mac);
      }),
    );
  });

  it('cannot be computed without the server key', () => {
    expect(new ServerOneTimeCodes(aServerKey()).mac(aReference, '482913')).not.toBe(
      codes.mac(aReference, '482913'),
    );
  });

  it('takes a guess of any content and length', () => {
    for (const guess of ['', '\0', '482913\n', '日本', 'x'.repeat(50_000)]) {
      expect(codes.mac(aReference, guess)).toHaveLength(43);
    }
  });
});

describe('a sealed challenge', () => {
  it('opens to the reference that was sealed', () => {
    fc.assert(
      fc.property(references, (reference) => {
        const opened = codes.open(codes.seal(reference));
        expect(opened).toEqual(reference);
        expect(opened?.identifier.equals(reference.identifier)).toBe(true);
      }),
    );
  });

  it('tells its holder nothing, not even whether two are about the same', () => {
    const [one, other] = [codes.seal(aReference), codes.seal(aReference)];
    expect(one).not.toBe(other);
    expect(Buffer.from(one, 'base64url').toString('latin1')).not.toMatch(/ada|example|sign-in/);
  });

  it('stays closed after any single bit was flipped', () => {
    const sealed = Buffer.from(codes.seal(aReference), 'base64url');
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const flipped = Buffer.from(sealed);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(codes.open(flipped.toString('base64url'))).toBeNull();
    }
  });

  it('stays closed to another deployment', () => {
    expect(new ServerOneTimeCodes(aServerKey()).open(codes.seal(aReference))).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['one letter', 'A'],
    ['50 kB', 'A'.repeat(50_000)],
    ['text that is no base64', '!"§$%&/()=?'],
    ['Unicode', '日本'.repeat(100)],
    ['a JSON Web Token', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.'],
  ])('is not to be mistaken for %s', (_what, text) => {
    expect(codes.open(text)).toBeNull();
  });

  it('is not to be mistaken for any text', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => expect(codes.open(text)).toBeNull()));
  });
});
