import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createSecretKey, randomBytes } from 'node:crypto';
import { Secret } from '#domain/kernel';
import { SealedBox } from './sealed-box.js';
import { SealedPayloadCipher } from './sealed-payload-cipher.js';
import { ServerKey } from './server-key.js';

const aBox = () => new SealedBox(createSecretKey(randomBytes(32)));
const aServerKey = () => ServerKey.fromBase64(new Secret(randomBytes(32).toString('base64')));
const box = aBox();
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));

describe('SealedBox', () => {
  it('opens to what was sealed', () => {
    fc.assert(fc.property(bytes, (plaintext) => expect(box.open(box.seal(plaintext))).toEqual(plaintext)));
  });

  it('never seals the same twice', () => {
    const sealed = Array.from({ length: 100 }, () => box.seal(Buffer.from('482913')).toString('hex'));
    expect(new Set(sealed).size).toBe(100);
  });

  it('stays closed after any single bit was flipped, in nonce, text or tag', () => {
    const sealed = box.seal(Buffer.from('482913'));
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const flipped = Buffer.from(sealed);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(box.open(flipped)).toBeNull();
    }
  });

  it('stays closed when it was cut short or extended, and to another key', () => {
    const sealed = box.seal(Buffer.from('482913'));
    for (let length = 0; length < sealed.length; length++) {
      expect(box.open(sealed.subarray(0, length))).toBeNull();
    }
    expect(box.open(Buffer.concat([sealed, Buffer.alloc(1)]))).toBeNull();
    expect(aBox().open(sealed)).toBeNull();
  });
});

describe('SealedPayloadCipher', () => {
  const cipher = new SealedPayloadCipher(aServerKey());

  it('opens to the text that was sealed, which the sealed one does not show', () => {
    const text = '{"code":"482913","to":"ada@example.com","name":"日本"}';
    const sealed = cipher.seal(text);
    expect(cipher.open(sealed)).toBe(text);
    expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toMatch(/482913|ada/);
  });

  it('throws, without a word of the content, for what this deployment did not seal', () => {
    const foreign = new SealedPayloadCipher(aServerKey()).seal('482913');
    for (const sealed of [foreign, '', 'garbage', '482913'.repeat(10)]) {
      expect(() => cipher.open(sealed)).toThrow('A sealed payload does not open under this server key');
    }
  });
});
