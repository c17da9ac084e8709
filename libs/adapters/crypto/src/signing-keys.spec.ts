import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createPublicKey, createSign, generateKeyPairSync, verify, type JsonWebKey } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { minutes, seconds } from '#domain/kernel';
import { FixedClock } from '#domain/kernel/testing';
import { SigningKeys } from './signing-keys.js';

const publishAhead = minutes(5);
const retireAfter = minutes(15);

describe('SigningKeys', () => {
  let directory: string;
  let clock: FixedClock;
  let warnings: string[];

  beforeEach(() => {
    directory = join(mkdtempSync(join(tmpdir(), 'gatehouse-keys-')), 'keys');
    clock = new FixedClock();
    warnings = [];
  });
  afterEach(() => rmSync(join(directory, '..'), { recursive: true }));

  /** An instance of the service, or the command line: they share nothing but the directory. */
  const instance = () =>
    new SigningKeys({ directory, publishAhead, retireAfter, warn: (line) => warnings.push(line) }, clock);
  const published = (keys: SigningKeys) => keys.jwks().keys.map((key) => (key as { kid: string }).kid);

  it('makes a key on the first start, which signs at once and is for its owner’s eyes alone', () => {
    const { kid } = instance().current;
    expect(readdirSync(directory)).toEqual([`${kid}.pem`]);
    expect(statSync(join(directory, `${kid}.pem`)).mode & 0o777).toBe(0o600);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  it('finds its keys again', () => {
    const { kid, createdAt } = instance().current;
    clock.advance(minutes(60));
    const again = instance();
    expect(again.current).toMatchObject({ kid, createdAt });
    expect(again.list()).toHaveLength(1);
  });

  it('publishes what verifies a signature, and nothing of the private key', () => {
    const keys = instance();
    const [jwk] = keys.jwks().keys as [JsonWebKey & { kid: string }];
    expect(jwk).toEqual({
      kty: 'EC',
      crv: 'P-256',
      alg: 'ES256',
      use: 'sig',
      kid: keys.current.kid,
      x: expect.stringMatching(/^[\w-]{43}$/),
      y: expect.stringMatching(/^[\w-]{43}$/),
    });
    const signature = createSign('sha256').update('text').sign(keys.current.privateKey);
    expect(
      verify('sha256', Buffer.from('text'), createPublicKey({ key: jwk, format: 'jwk' }), signature),
    ).toBe(true);
  });

  it('publishes a new key at once, signs with it later, and retires the old one when its tokens have expired', () => {
    const keys = instance();
    const old = keys.current.kid;
    clock.advance(minutes(60));
    const { kid } = keys.rotate();
    const state = () => ({ signing: keys.current.kid, published: published(keys), old: keys.find(old)?.kid });

    expect(state()).toEqual({ signing: old, published: [kid, old], old });
    clock.advance(publishAhead - 1);
    expect(state()).toEqual({ signing: old, published: [kid, old], old });
    clock.advance(1);
    expect(state()).toEqual({ signing: kid, published: [kid, old], old });
    clock.advance(retireAfter - 1);
    expect(state()).toEqual({ signing: kid, published: [kid, old], old });
    clock.advance(1);
    expect(state()).toEqual({ signing: kid, published: [kid], old: undefined });
  });

  it('signs with its first key until another has been published long enough', () => {
    const keys = instance();
    const { kid } = keys.current;
    for (let i = 0; i < 4; i++) {
      clock.advance(minutes(1));
      keys.rotate();
      expect(keys.current.kid).toBe(kid);
    }
  });

  it('always has a published key to sign with, however often it rotates', () => {
    const keys = instance();
    for (let i = 0; i < 20; i++) {
      clock.advance(minutes(i % 7));
      keys.rotate();
      expect(published(keys)).toContain(keys.current.kid);
      expect(keys.find(keys.current.kid)).toBeDefined();
    }
  });

  it('learns within seconds of a key that the command line made', () => {
    const running = instance();
    const { kid } = instance().rotate();
    clock.advance(seconds(15) - 1);
    expect(running.find(kid)).toBeUndefined();
    clock.advance(1);
    expect(running.find(kid)?.kid).toBe(kid);
    expect(published(running)).toContain(kid);
  });

  it('has signed nothing with a new key before every running instance knows it', () => {
    const [running, commandLine] = [instance(), instance()];
    clock.advance(minutes(1));
    const { kid } = commandLine.rotate();
    while (commandLine.current.kid !== kid) clock.advance(seconds(1));
    expect(running.find(kid)).toBeDefined();
  });

  it('knows no key that it never had', () => {
    expect(instance().find('not-a-key')).toBeUndefined();
    expect(instance().find('__proto__')).toBeUndefined();
  });

  it('deletes the files of retired keys, and of no others', () => {
    const keys = instance();
    const old = keys.current.kid;
    clock.advance(1);
    keys.rotate();
    expect(keys.prune()).toEqual([]);
    clock.advance(publishAhead + retireAfter);
    expect(keys.prune()).toEqual([old]);
    expect(readdirSync(directory)).toEqual([`${keys.current.kid}.pem`]);
  });

  it('ignores what is no key file, and a draft that a killed process left', () => {
    const { kid } = instance().current;
    writeFileSync(join(directory, 'README'), 'keys');
    writeFileSync(join(directory, `.${kid}-1a2b3c4d`), 'half a k');
    writeFileSync(join(directory, `._${kid}.pem`), 'what a file manager keeps');
    expect(published(instance())).toEqual([kid]);
  });

  it('leaves a foreign key or certificate alone, saying so once, though it comes while requests are served', () => {
    const running = instance();
    const { kid } = running.current;
    writeFileSync(join(directory, 'tls.pem'), pem('secp384r1'));
    writeFileSync(join(directory, 'other.pem'), 'something else');
    for (let i = 0; i < 3; i++) {
      clock.advance(seconds(15));
      expect(running.current.kid).toBe(kid);
      expect(published(running)).toEqual([kid]);
    }
    expect(warnings.sort()).toEqual([
      'other.pem is no signing key of ours and is ignored',
      'tls.pem is no signing key of ours and is ignored',
    ]);
    expect(instance().current.kid).toBe(kid);
    expect(readdirSync(directory)).toHaveLength(3);
  });

  it.each([
    ['a key of another curve', () => pem('secp384r1'), 'is not a P-256 key'],
    ['a key without its date', () => pem('P-256'), 'does not say when it was created'],
    ['another key than its own', () => dated(pem('P-256')), 'holds another key'],
    ['something else', () => dated('something else'), ''],
  ])(
    'refuses to start when a key’s own file holds %s, and serves on with the keys it has',
    (_what, content, message) => {
      const running = instance();
      const { kid } = running.current;
      writeFileSync(join(directory, `${'A'.repeat(43)}.pem`), content());
      expect(() => instance()).toThrow(message);
      if (message) expect(() => instance()).toThrow('AAA.pem');
      clock.advance(seconds(15));
      expect(running.current.kid).toBe(kid);
      expect(warnings).toHaveLength(1);
    },
  );
});

const dated = (text: string): string => `Created: 2026-01-15T12:00:00.000Z\n${text}`;

const pem = (namedCurve: string): string => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve });
  const text = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return namedCurve === 'P-256' ? text : dated(text);
};
