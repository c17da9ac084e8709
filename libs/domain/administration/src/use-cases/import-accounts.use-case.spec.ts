import { beforeEach, describe, expect, it } from '@jest/globals';
import { InMemoryDatabase, InMemoryUnitOfWork } from '#adapters/memory';
import { aUser, anEmail, canonicalIdentifierParser, proved } from '#domain/identity/testing';
import { DomainError, type UnitOfWork } from '#domain/kernel';
import { anOrigin, at, FixedClock, SequentialIds } from '#domain/kernel/testing';
import { ImportAccounts, type ImportedAccount, type ImportLine } from './import-accounts.use-case.js';

const origin = anOrigin();
const BCRYPT = `$2b$12$${'a'.repeat(53)}`;
const digest = 'digest';
const start = { digest, lines: 0, imported: 0, failed: 0 };

const account = (overrides: Partial<ImportedAccount> = {}): ImportedAccount => ({
  email: anEmail().value,
  emailVerified: true,
  phone: null,
  phoneVerified: false,
  username: null,
  displayName: null,
  locale: null,
  roles: ['user'],
  passwordHash: null,
  createdAt: null,
  externalId: null,
  ...overrides,
});
const linesOf = (...accounts: readonly ImportedAccount[]): ImportLine[] =>
  accounts.map((each, i) => ({ line: i + 1, account: each }));

describe('ImportAccounts', () => {
  let database: InMemoryDatabase;
  let unitOfWork: InMemoryUnitOfWork;
  let imports: ImportAccounts;

  beforeEach(() => {
    database = new InMemoryDatabase();
    unitOfWork = new InMemoryUnitOfWork(database);
    imports = importing(unitOfWork);
  });

  const importing = (through: UnitOfWork<Parameters<Parameters<InMemoryUnitOfWork['run']>[0]>[0]>) =>
    new ImportAccounts(
      through,
      canonicalIdentifierParser,
      { supports: (hash) => hash.scheme === 'bcrypt' },
      new SequentialIds(),
      new FixedClock(at(0)),
    );
  const failures = async () => (await imports.failures(digest)).map(({ line, code }) => [line, code]);

  it('makes active accounts with their password, on record, and notes how far it is', async () => {
    const progress = await imports.execute(
      start,
      linesOf(account({ passwordHash: BCRYPT, createdAt: at(-5), externalId: 'x-1' }), account()),
      origin,
    );
    expect(progress).toEqual({ digest, lines: 2, imported: 2, failed: 0 });
    expect(await imports.progressOf(digest)).toEqual(progress);
    expect(database.tables.users).toMatchObject([
      { status: 'active', createdAt: at(-5), updatedAt: at(0) },
      { status: 'active', createdAt: at(0) },
    ]);
    const [first] = database.tables.users;
    expect(database.tables.passwords).toMatchObject([{ userId: first!.id, hash: BCRYPT }]);
    expect(database.tables.audit[0]).toEqual({
      action: 'user.imported',
      result: 'success',
      occurredAt: at(0),
      origin,
      userId: first!.id,
      metadata: { password: 'bcrypt', roles: 'user', externalId: 'x-1' },
    });
  });

  it('leaves out an address that was not verified, and refuses who has no other', async () => {
    const email = anEmail().value;
    await imports.execute(
      start,
      linesOf(
        account({ email, emailVerified: false, phone: '+4915112345678', phoneVerified: true }),
        account({ emailVerified: false }),
      ),
      origin,
    );
    expect(database.tables.identifiers.map(({ value }) => value)).toEqual(['+4915112345678']);
    expect(await failures()).toEqual([[2, 'not-verified']]);
  });

  it('fails each line by itself, and counts what was read as failed as well', async () => {
    const held = aUser();
    await unitOfWork.run(async ({ accounts }) => accounts.insert(held));
    const twice = anEmail().value;
    const progress = await imports.execute(
      start,
      [
        ...linesOf(
          account({ email: held.identifiers[0]!.identifier.value }),
          account({ email: twice }),
          account({ email: twice }),
          account({ roles: ['user', 'emperor'] }),
          account({ passwordHash: 'md5' }),
          account({ passwordHash: `$argon2id$v=19$m=1,t=1,p=1$c2FsdA$aGFzaA` }),
          account({ createdAt: at(1) }),
        ),
        { line: 9, failure: DomainError.invalid('malformed-line', 'not JSON') },
      ],
      origin,
    );
    expect(progress).toEqual({ digest, lines: 9, imported: 1, failed: 7 });
    expect(await failures()).toEqual([
      [1, 'identifier-taken'],
      [3, 'identifier-taken'],
      [4, 'unknown-role'],
      [5, 'unsupported-password-hash'],
      [6, 'unsupported-password-hash'],
      [7, 'invalid-created-at'],
      [9, 'malformed-line'],
    ]);
  });

  it('loses no line to somebody who takes an identifier at the same moment', async () => {
    const lines = linesOf(account(), account(), account());
    const contested = lines[1] as Extract<ImportLine, { account: unknown }>;
    const email = canonicalIdentifierParser.parse(contested.account.email!);
    let raced = false;
    imports = importing({
      run: async (work) => {
        if (raced) return unitOfWork.run(work);
        raced = true;
        // Between the look at what is taken and the commit.
        return unitOfWork
          .run(async (tx) => {
            await work(tx);
            throw DomainError.conflict('identifier-taken', 'in the commit');
          })
          .finally(() =>
            unitOfWork.run(async ({ accounts }) => accounts.insert(aUser({ identifiers: [proved(email)] }))),
          );
      },
    });
    expect(await imports.execute(start, lines, origin)).toEqual({ digest, lines: 3, imported: 2, failed: 1 });
    expect(await failures()).toEqual([[2, 'identifier-taken']]);
  });

  it('stores nothing of a batch whose transaction fails, and says so', async () => {
    imports = importing({
      run: (work) =>
        unitOfWork.run(async (tx) => {
          await work(tx);
          throw DomainError.unavailable('database-unavailable', 'gone', 1);
        }),
    });
    const attempt = imports.execute(start, linesOf(account()), origin);
    await expect(attempt).rejects.toMatchObject({ code: 'database-unavailable' });
    expect(database.tables).toMatchObject({ users: [], passwords: [], imports: [], audit: [] });
  });
});
