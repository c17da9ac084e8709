import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { hash as argon2 } from '@node-rs/argon2';
import bcrypt from 'bcrypt';
import { pbkdf2Sync, randomBytes, scryptSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { audited } from './support/administrator.js';
import { Client, newEmail } from './support/client.js';
import { gatehouseCommand, type Command } from './support/command.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';

const PASSWORD = 'Tr0ub4dor and three more';
const salt = randomBytes(16);
const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

/** As the systems that people come from write them. */
const HASHES: Readonly<Record<string, () => Promise<unknown>>> = {
  'bcrypt, as most write it': () => bcrypt.hash(PASSWORD, 5),
  'bcrypt, as PHP writes it': async () => (await bcrypt.hash(PASSWORD, 5)).replace('$2b$', '$2y$'),
  'Argon2id, PHC': () => argon2(PASSWORD, { memoryCost: 8_192, timeCost: 1 }),
  'Argon2, Django': async () => `argon2${await argon2(PASSWORD, { memoryCost: 8_192, timeCost: 1 })}`,
  'scrypt, PHC': async () =>
    `$scrypt$ln=10,r=8,p=1$${base64(salt)}$${base64(scryptSync(PASSWORD, salt, 32, { N: 1_024 }))}`,
  'scrypt, Django': async () =>
    `scrypt$pepper$1024$8$1$${scryptSync(PASSWORD, 'pepper', 64, { N: 1_024 }).toString('base64')}`,
  'PBKDF2, Passlib': async () =>
    `$pbkdf2-sha256$1000$${base64(salt)}$${base64(pbkdf2Sync(PASSWORD, salt, 1_000, 32, 'sha256'))}`,
  'PBKDF2, Django': async () =>
    `pbkdf2_sha256$1000$pepper$${pbkdf2Sync(PASSWORD, 'pepper', 1_000, 32, 'sha256').toString('base64')}`,
  'PBKDF2, Keycloak': async () => ({
    algorithm: 'pbkdf2-sha512',
    hashIterations: 1_000,
    salt: salt.toString('base64'),
    value: pbkdf2Sync(PASSWORD, salt, 1_000, 64, 'sha512').toString('base64'),
  }),
};

/** Only to end what hangs: each test starts the program several times, which a busy machine takes its time for. */
jest.setTimeout(120_000);

describe('gatehouse import', () => {
  let gatehouse: Gatehouse;
  let database: pg.Client;
  let client: Client;
  let folder: string;
  beforeAll(async () => {
    gatehouse = await startGatehouse();
    database = new pg.Client(gatehouse.databaseUrl);
    await database.connect();
    client = new Client(gatehouse);
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-import-'));
  });
  afterAll(async () => {
    await database.end();
    await gatehouse.stop();
    await rm(folder, { recursive: true });
  });

  let files = 0;
  const fileOf = async (lines: readonly (object | string)[]): Promise<string> => {
    const path = join(folder, `${++files}.jsonl`);
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
    await writeFile(path, `${text.join('\n')}\n`);
    return path;
  };
  const start = (file: string, ...options: readonly string[]): Command =>
    gatehouseCommand(['import', file, ...options], {
      DATABASE_URL: gatehouse.databaseUrl,
      DATA_DIR: folder,
    });
  const failuresOf = async (file: string) =>
    (await readFile(`${file}.failures.jsonl`, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { line: number; code: string; message: string });
  const query = async <Row extends pg.QueryResultRow>(text: string): Promise<Row[]> =>
    (await database.query<Row>(text)).rows;
  const login = (identifier: string, password = PASSWORD) =>
    client.post('auth/login', { identifier, password });

  it('brings people over with the password that they have', async () => {
    const people = await Promise.all(
      Object.entries(HASHES).map(async ([displayName, hash]) => ({
        email: newEmail(),
        emailVerified: true,
        displayName,
        passwordHash: await hash(),
      })),
    );
    const { code, said } = await start(await fileOf(people)).ended;
    expect([code, said]).toEqual([0, expect.stringContaining(`${people.length} imported, 0 failed`)]);
    for (const { email, displayName } of people) {
      const response = await login(email);
      expect([displayName, response.status]).toEqual([displayName, 200]);
      expect(response.body.user).toMatchObject({ displayName, roles: ['user'] });
      expect([displayName, (await login(email, 'something else entirely')).status]).toEqual([
        displayName,
        401,
      ]);
      // Hashed anew with that sign-in, and still the same password.
      expect((await login(email)).status).toBe(200);
    }
  });

  it('brings over everything else that is known of them, found again by their old id', async () => {
    const email = newEmail();
    const username = `ada.${email.slice(0, 8)}`;
    await start(
      await fileOf([
        {
          email: email.toUpperCase(),
          emailVerified: true,
          phone: '+49 1525 1234567',
          phoneVerified: true,
          username,
          displayName: ' Ada\u0301 ',
          locale: 'de-at',
          roles: ['user', 'moderator'],
          createdAt: '2019-05-06T07:08:09+02:00',
          externalId: 'old-4711',
        },
      ]),
    ).ended;
    const { user } = await client.signIn(email);
    expect(user).toMatchObject({
      displayName: 'Adá',
      locale: 'de-AT',
      roles: ['user', 'moderator'],
      createdAt: '2019-05-06T05:08:09.000Z',
    });
    expect(user.identifiers.map(({ value }) => value)).toEqual([email, '+4915251234567', username]);
    const [row] = (await audited(gatehouse, 'user.imported')).filter(({ user_id }) => user_id === user.id);
    expect(row?.metadata).toEqual({ password: 'none', roles: 'user,moderator', externalId: 'old-4711' });
  });

  it('says of each line that fails where it is and why, and imports the others', async () => {
    const [taken, twice, fine] = [newEmail(), newEmail(), newEmail()];
    await client.signIn(taken);
    const verified = (email: string, more: object = {}) => ({ email, emailVerified: true, ...more });
    const file = await fileOf([
      verified(fine),
      verified(taken),
      verified(twice),
      verified(twice, { displayName: 'Twin' }),
      '{"email": "half',
      '',
      '[]',
      verified('not an address'),
      { email: newEmail() },
      { username: 'nobody-reaches-me', emailVerified: true },
      verified(newEmail(), { roles: ['emperor'] }),
      verified(newEmail(), { passwordHash: '$1$md5$nope' }),
      verified(newEmail(), { passwordHash: '$2b$31$' + 'a'.repeat(53) }),
      verified(newEmail(), { passwordhash: 'x' }),
      verified(newEmail(), { displayName: 'Ada\u202egpj.exe' }),
      verified(newEmail(), { createdAt: '2999-01-01T00:00:00Z' }),
      `{"email":"${'x'.repeat(70_000)}"}`,
    ]);
    const { code, said } = await start(file).ended;
    expect([code, said]).toEqual([1, expect.stringContaining('2 imported, 14 failed')]);
    expect((await failuresOf(file)).map(({ line, code }) => [line, code])).toEqual([
      [2, 'identifier-taken'],
      [4, 'identifier-taken'],
      [5, 'malformed-line'],
      [7, 'invalid-line'],
      [8, 'invalid-identifier'],
      [9, 'not-verified'],
      [10, 'not-verified'],
      [11, 'unknown-role'],
      [12, 'unsupported-password-hash'],
      [13, 'unsupported-password-hash'],
      [14, 'invalid-line'],
      [15, 'invalid-line'],
      [16, 'invalid-created-at'],
      [17, 'malformed-line'],
    ]);
    expect(said).not.toContain(taken);
    expect(await readFile(`${file}.failures.jsonl`, 'utf8')).not.toMatch(/@example\.com/);
    await client.signIn(fine);
  });

  it('does a file once, and takes addresses on trust only when told to', async () => {
    const file = await fileOf([{ email: newEmail() }]);
    expect((await start(file).ended).said).toContain('0 imported, 1 failed');
    const again = (await start(file).ended).said;
    expect(again).toContain('going on after line 1');
    expect(again).toContain('0 imported, 1 failed');
    expect((await start(file, '--assume-verified').ended).said).toContain('1 imported, 0 failed');
  });

  it('has nobody half-imported when it is killed, and goes on where it was', async () => {
    const hash = await bcrypt.hash(PASSWORD, 4);
    const total = 6_000;
    const lines = Array.from({ length: total }, (_, i) =>
      i % 1_000 === 999
        ? 'no JSON'
        : {
            email: `killed.${i}@example.com`,
            emailVerified: true,
            username: `killed.${i}`,
            passwordHash: hash,
          },
    );
    const file = await fileOf(lines);
    const digests = async () =>
      query<{ lines: number; imported: number; failed: number }>(
        'SELECT lines, imported, failed FROM gatehouse.account_imports WHERE lines > 100 ORDER BY updated_at DESC',
      );
    const first = start(file);
    while ((await digests()).length === 0);
    first.child.kill('SIGKILL');
    expect((await first.ended).code).toBeNull();

    const whole = `SELECT count(*)::int AS users, count(p.user_id)::int AS passwords,
        (SELECT count(*)::int FROM gatehouse.user_identifiers WHERE value LIKE 'killed.%') AS identifiers
      FROM gatehouse.users u JOIN gatehouse.user_identifiers i ON i.user_id = u.id AND i.kind = 'email'
        LEFT JOIN gatehouse.passwords p ON p.user_id = u.id WHERE i.value LIKE 'killed.%'`;
    const [progress] = await digests();
    const [half] = await query<{ users: number; passwords: number; identifiers: number }>(whole);
    expect(progress!.lines).toBeLessThan(total);
    expect(half).toEqual({
      users: progress!.imported,
      passwords: progress!.imported,
      identifiers: 2 * progress!.imported,
    });

    const { code, said } = await start(file).ended;
    expect([code, said]).toEqual([1, expect.stringContaining(`${total - 6} imported, 6 failed`)]);
    expect((await failuresOf(file)).map(({ line }) => line)).toEqual([
      1_000, 2_000, 3_000, 4_000, 5_000, 6_000,
    ]);
    expect((await query<{ users: number }>(whole))[0]).toMatchObject({ users: total - 6 });
    expect((await login('killed.0@example.com')).status).toBe(200);
  });

  it('says what is wrong with a file that is not there', async () => {
    const { code, said } = await start(join(folder, 'missing.jsonl')).ended;
    expect(code).toBe(1);
    expect(said).toContain('missing.jsonl');
  });
});
