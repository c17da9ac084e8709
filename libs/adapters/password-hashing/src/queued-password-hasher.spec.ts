import { beforeAll, describe, expect, it } from '@jest/globals';
import bcrypt from 'bcrypt';
import { pbkdf2Sync, scryptSync } from 'node:crypto';
import { PasswordHash } from '#domain/credentials';
import { Secret } from '#domain/kernel';
import { Argon2Scheme } from './argon2-scheme.js';
import { BcryptScheme, PlainBcryptScheme } from './bcrypt-scheme.js';
import { Pbkdf2Scheme, ScryptScheme } from './derived-key-schemes.js';
import { HashingQueue } from './hashing-queue.js';
import type { ConfigurableScheme, PasswordScheme } from './password-scheme.js';
import { QueuedPasswordHasher } from './queued-password-hasher.js';

const cheapArgon2 = new Argon2Scheme({ memoryCost: 64, timeCost: 1, parallelism: 1 });
const cheapBcrypt = new BcryptScheme(4);
const foreign = [new PlainBcryptScheme(), new ScryptScheme(), new Pbkdf2Scheme()];

const hasherOf = (configured: ConfigurableScheme, others: readonly PasswordScheme[] = foreign) =>
  QueuedPasswordHasher.create(configured, others, new HashingQueue({ concurrency: 4, maxWaiting: 100 }));

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
const SALT = Buffer.from('somesaltsomesalt');

/** As other systems export the password `password`. */
const EXPORTED = {
  'argon2i of version 16': '$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ',
  'bcrypt 2a': bcrypt.hashSync('password', 4).replace('$2b$', '$2a$'),
  'bcrypt 2b': bcrypt.hashSync('password', 4),
  'bcrypt 2y': bcrypt.hashSync('password', 4).replace('$2b$', '$2y$'),
  scrypt: `$scrypt$ln=10,r=8,p=1$${base64(SALT)}$${base64(scryptSync('password', SALT, 32, { N: 1024, r: 8, p: 1 }))}`,
  'pbkdf2 with SHA-1': `$pbkdf2$1000$${base64(SALT)}$${base64(pbkdf2Sync('password', SALT, 1_000, 20, 'sha1'))}`,
  'pbkdf2 with SHA-256': `$pbkdf2-sha256$i=1000,l=32$${base64(SALT)}$${base64(pbkdf2Sync('password', SALT, 1_000, 32, 'sha256'))}`,
  'pbkdf2 with SHA-512, in the base64 of Passlib': `$pbkdf2-sha512$1000$${base64(SALT)}$${base64(pbkdf2Sync('password', SALT, 1_000, 64, 'sha512')).replaceAll('+', '.')}`,
};

describe.each([
  ['Argon2id', cheapArgon2],
  ['bcrypt', cheapBcrypt],
])('hashing with %s', (_name, scheme) => {
  let hasher: QueuedPasswordHasher;

  beforeAll(async () => {
    hasher = await hasherOf(scheme);
  });

  const matches = async (chosen: string, typed: string): Promise<boolean> =>
    hasher.verify(new Secret(typed), await hasher.hash(new Secret(chosen)));

  it.each([
    ['a NUL', 'before\0after', 'before\0AFTER'],
    ['a NUL at the end', 'before', 'before\0'],
    ['a difference after 72 bytes', `${'x'.repeat(72)}one`, `${'x'.repeat(72)}two`],
    ['a difference after 72 bytes of emoji', `${'🦉'.repeat(18)}one`, `${'🦉'.repeat(18)}two`],
    ['ten thousand characters', 'x'.repeat(10_000), `${'x'.repeat(9_999)}y`],
    ['a space around it', 'password', ' password'],
    ['another case', 'password', 'Password'],
    ['nothing', 'password', ''],
  ])('tells passwords apart with %s', async (_what, chosen, other) => {
    expect(await matches(chosen, chosen)).toBe(true);
    expect(await matches(chosen, other)).toBe(false);
  });

  it('takes the same characters for the same, however they were typed', async () => {
    expect(await matches('crème ﬂambée'.normalize('NFC'), 'crème flambée'.normalize('NFD'))).toBe(true);
  });

  it('gives two people with one password two hashes, which say how they were made', async () => {
    const [one, other] = [
      await hasher.hash(new Secret('password')),
      await hasher.hash(new Secret('password')),
    ];
    expect(one.equals(other)).toBe(false);
    expect(one.scheme).toBe(scheme === cheapArgon2 ? 'argon2id' : 'bcrypt-sha384');
    expect(hasher.isOutdated(one)).toBe(false);
  });

  it.each(Object.entries(EXPORTED))(
    'verifies %s from elsewhere, and calls it outdated',
    async (_what, encoded) => {
      const every = await hasherOf(scheme, [cheapArgon2, cheapBcrypt, ...foreign]);
      const hash = PasswordHash.of(encoded);
      expect(every.supports(hash)).toBe(true);
      expect(await every.verify(new Secret('password'), hash)).toBe(true);
      expect(await every.verify(new Secret('Password'), hash)).toBe(false);
      expect(every.isOutdated(hash)).toBe(true);
    },
  );

  it('never matches where there is no account', async () => {
    for (const typed of ['', 'password', '\0'])
      expect(await hasher.verify(new Secret(typed), null)).toBe(false);
  });

  it('works as much for nobody as for a wrong password', async () => {
    const work: string[] = [];
    const counting: ConfigurableScheme = {
      hash: (password) => scheme.hash(password),
      supports: (hash) => scheme.supports(hash),
      isCurrent: (hash) => scheme.isCurrent(hash),
      verify: (password, hash) => {
        work.push(`${hash.scheme} of ${password.length}`);
        return scheme.verify(password, hash);
      },
    };
    const watched = await hasherOf(counting, []);
    const hash = await watched.hash(new Secret('password'));
    for (const typed of ['wrong', 'ﬂ', 'x'.repeat(10_000)]) {
      await watched.verify(new Secret(typed), hash);
      const forWrong = work.splice(0);
      await watched.verify(new Secret(typed), null);
      expect(work.splice(0)).toEqual(forWrong);
    }
  });
});

describe('hashes that other systems made', () => {
  let hasher: QueuedPasswordHasher;

  beforeAll(async () => {
    hasher = await hasherOf(cheapArgon2, [cheapBcrypt, ...foreign]);
  });

  it('are verified as they were typed there, where nobody normalised', async () => {
    const hash = PasswordHash.of(bcrypt.hashSync('cre\u0301me ﬂambée', 4));
    expect(await hasher.verify(new Secret('cre\u0301me ﬂambée'), hash)).toBe(true);
  });

  it.each([
    ['72 bytes, which bcrypt read whole', 'x'.repeat(72), 'x'.repeat(72), true],
    ['73 bytes, of which bcrypt read 72', 'x'.repeat(73), 'x'.repeat(73), false],
    ['another end after 72 bytes', `${'x'.repeat(72)}one`, `${'x'.repeat(72)}two`, false],
    ['a NUL, at which others stop', 'before', 'before\0after', false],
  ])('as plain bcrypt never match in part: %s', async (_what, chosen, typed, matches) => {
    const hash = PasswordHash.of(bcrypt.hashSync(chosen, 4));
    expect(await hasher.verify(new Secret(typed), hash)).toBe(matches);
  });

  const digest = base64(Buffer.alloc(32, 1));
  it.each([
    ['Argon2 with four gigabytes', `$argon2id$v=19$m=4194304,t=1,p=1$${base64(SALT)}$${digest}`],
    ['Argon2 with a thousand passes', `$argon2id$v=19$m=19456,t=1000,p=1$${base64(SALT)}$${digest}`],
    ['Argon2 with 255 lanes', `$argon2id$v=19$m=19456,t=2,p=255$${base64(SALT)}$${digest}`],
    ['Argon2 with a digest of four bytes', `$argon2id$v=19$m=64,t=1,p=1$${base64(SALT)}$AAAAAA`],
    ['Argon2 without parameters', `$argon2id$${digest}`],
    ['bcrypt with cost 31', '$2b$31$Ni28jNJ9mGwhEfpJ7uVQbO6N0Jtg19J2.kK92y089AswakYe/a.qy'],
    ['bcrypt that is cut short', '$2b$12$Ni28jNJ9mGwhEfpJ7uVQbO6N0Jtg19J2'],
    ['our bcrypt with cost 31', '$bcrypt-sha384$2b$31$Ni28jNJ9mGwhEfpJ7uVQbO6N0Jtg19J2.kK92y089AswakYe/a.qy'],
    ['scrypt with four gigabytes', `$scrypt$ln=22,r=8,p=1$${base64(SALT)}$${digest}`],
    ['scrypt with many lanes', `$scrypt$ln=14,r=8,p=999$${base64(SALT)}$${digest}`],
    ['scrypt with no memory', `$scrypt$ln=0,r=8,p=1$${base64(SALT)}$${digest}`],
    ['scrypt without a digest', `$scrypt$ln=10,r=8,p=1$${base64(SALT)}$`],
    ['PBKDF2 with ten million rounds', `$pbkdf2-sha256$i=10000000$${base64(SALT)}$${digest}`],
    ['PBKDF2 without rounds', `$pbkdf2-sha256$i=0$${base64(SALT)}$${digest}`],
    ['PBKDF2 with a digest of three bytes', `$pbkdf2-sha256$i=1000$${base64(SALT)}$AAAA`],
    ['PBKDF2 with a digest that is no base64', `$pbkdf2-sha256$i=1000$${base64(SALT)}$-------`],
  ])('are refused when they are an attack: %s', async (_what, encoded) => {
    const hash = PasswordHash.of(encoded);
    expect(hasher.supports(hash)).toBe(false);
    expect(await hasher.verify(new Secret('password'), hash)).toBe(false);
  });
});

describe('a hash is outdated', () => {
  it.each([
    ['with another scheme', cheapBcrypt, cheapArgon2],
    [
      'with other parameters of Argon2',
      cheapArgon2,
      new Argon2Scheme({ memoryCost: 128, timeCost: 1, parallelism: 1 }),
    ],
    ['with another cost of bcrypt', cheapBcrypt, new BcryptScheme(5)],
  ])('%s', async (_what, older, configured) => {
    const hash = await older.hash('password');
    expect((await hasherOf(configured)).isOutdated(hash)).toBe(true);
    expect((await hasherOf(older)).isOutdated(hash)).toBe(false);
  });
});

it('hashes as OWASP recommends unless told otherwise', async () => {
  expect((await new Argon2Scheme().hash('password')).expose()).toMatch(
    /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/,
  );
  expect((await new BcryptScheme().hash('password')).expose()).toMatch(/^\$bcrypt-sha384\$2b\$12\$/);
});

it('leaves the event loop alone while it hashes', async () => {
  const hasher = await hasherOf(new Argon2Scheme());
  let turns = 0;
  const ticking = setInterval(() => turns++, 1);
  const began = performance.now();
  await Promise.all(Array.from({ length: 10 }, () => hasher.hash(new Secret('password'))));
  clearInterval(ticking);
  expect(turns).toBeGreaterThan((performance.now() - began) / 20);
});
