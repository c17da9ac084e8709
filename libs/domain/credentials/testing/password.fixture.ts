import {
  ChangePassword,
  ComparePasswords,
  NewPasswords,
  SignInWithPassword,
  type ChangePasswordCommand,
  type CredentialsTx,
  type LockoutPolicy,
  type PasswordAttempts,
  type SignedInWithPassword,
  type SignInWithPasswordCommand,
} from '#domain/credentials';
import type { AccountDirectory, Identifier, User } from '#domain/identity';
import { aUser, canonicalIdentifierParser } from '#domain/identity/testing';
import { minutes, Secret, type RequestOrigin, type UnitOfWork } from '#domain/kernel';
import { anOrigin, FixedClock, SequentialIds } from '#domain/kernel/testing';
import { TokenGrants, type Session, type SessionChange } from '#domain/session';
import {
  aSessionPolicy,
  aSignInGate,
  ReadableAccessTokens,
  ReadableDeviceTokens,
  ReadableRefreshTokens,
} from '#domain/session/testing';
import { aLockoutPolicy } from './passwords.mother.js';
import { ReadablePasswordHasher } from './readable-passwords.js';

export interface PasswordFixtureParts {
  readonly unitOfWork: UnitOfWork<CredentialsTx>;
  readonly attempts: PasswordAttempts;
  readonly directory: AccountDirectory;
}

export const PASSWORD = 'violet walrus paints 9 maps';

/** The use cases of passwords on a record of the test's choice. */
export class PasswordFixture {
  readonly clock = new FixedClock();
  readonly origin: RequestOrigin = anOrigin();
  readonly hasher = new ReadablePasswordHasher();
  readonly published: SessionChange[] = [];
  readonly newPasswords: NewPasswords;
  readonly signInWithPassword: SignInWithPassword;
  readonly changePassword: ChangePassword;

  constructor(
    private readonly parts: PasswordFixtureParts,
    lockout: LockoutPolicy = aLockoutPolicy(),
  ) {
    const { unitOfWork, attempts, directory } = parts;
    const { clock, hasher } = this;
    const ids = new SequentialIds();
    const sessionPolicy = aSessionPolicy();
    const events = {
      publish: (change: SessionChange) => void this.published.push(change),
      subscribe: () => undefined,
    };
    const gate = aSignInGate(ids, sessionPolicy);
    const tokens = [new ReadableAccessTokens(), new ReadableRefreshTokens()] as const;
    const compare = new ComparePasswords(hasher, unitOfWork);
    this.newPasswords = new NewPasswords(
      { minLength: 12, composition: 'none', minScore: 0 },
      { score: () => 4 },
      { check: async () => 'not-found' },
      hasher,
    );
    this.signInWithPassword = new SignInWithPassword(
      canonicalIdentifierParser,
      attempts,
      compare,
      unitOfWork,
      gate,
      new TokenGrants(...tokens, ids, clock, sessionPolicy),
      events,
      new ReadableDeviceTokens(),
      ids,
      clock,
      lockout,
    );
    this.changePassword = new ChangePassword(
      attempts,
      compare,
      this.newPasswords,
      directory,
      unitOfWork,
      events,
      ids,
      clock,
      { freshFor: minutes(5) },
      lockout,
    );
  }

  /** Somebody with `PASSWORD`, or with another one, or with none. */
  async registered(user = aUser(), password: string | null = PASSWORD): Promise<User> {
    const hash = password === null ? null : await this.hasher.hash(new Secret(password));
    await this.parts.unitOfWork.run(async ({ accounts, passwords }) => {
      accounts.insert(user);
      if (hash) passwords.set(user.id, hash, this.clock.now());
    });
    this.hasher.work.length = 0;
    return user;
  }

  signIn(
    { value: identifier }: Identifier,
    password = PASSWORD,
    overrides: Partial<SignInWithPasswordCommand> = {},
  ): Promise<SignedInWithPassword> {
    return this.signInWithPassword.execute({
      identifier,
      password: new Secret(password),
      deviceToken: null,
      network: '203.0.113.7',
      origin: this.origin,
      ...overrides,
    });
  }

  change(
    session: Session,
    newPassword: string,
    currentPassword: string | null,
    overrides: Partial<ChangePasswordCommand> = {},
  ): Promise<void> {
    return this.changePassword.execute({
      session,
      currentPassword: currentPassword === null ? null : new Secret(currentPassword),
      newPassword: new Secret(newPassword),
      origin: this.origin,
      ...overrides,
    });
  }
}
