import {
  MailAddresses,
  NewPasswords,
  RegisterWithPassword,
  RequestPasswordReset,
  ResendVerification,
  ResetPassword,
  VerifyEmail,
  type CredentialsTx,
  type LinkPolicy,
  type Registered,
  type RegisterWithPasswordCommand,
  type RegistrationPolicy,
  type RegistrationTx,
} from '#domain/credentials';
import type { AccountDirectory, Identifier, User } from '#domain/identity';
import { canonicalIdentifierParser } from '#domain/identity/testing';
import { days, Secret, type RequestOrigin, type UnitOfWork } from '#domain/kernel';
import { anOrigin, FixedClock, SequentialIds } from '#domain/kernel/testing';
import type { Channel } from '#domain/otp';
import type { SessionChange } from '#domain/session';
import { aLinkPolicy, ReadableLinkTokens } from './link.mother.js';
import { PASSWORD } from './password.fixture.js';
import { ReadablePasswordHasher } from './readable-passwords.js';

export interface RegistrationFixtureParts {
  readonly unitOfWork: UnitOfWork<CredentialsTx & RegistrationTx>;
  readonly directory: AccountDirectory;
}

export interface RegistrationFixtureOptions {
  readonly linkPolicy?: LinkPolicy;
  readonly answers?: RegistrationPolicy['answers'];
  readonly signUpOpen?: boolean;
  readonly channels?: readonly Channel[];
}

/** The use cases of registration and recovery on a record of the test's choice. */
export class RegistrationFixture {
  readonly clock = new FixedClock();
  readonly origin: RequestOrigin = anOrigin();
  readonly hasher = new ReadablePasswordHasher();
  readonly links = new ReadableLinkTokens();
  readonly published: SessionChange[] = [];
  readonly registerWithPassword: RegisterWithPassword;
  readonly verifyEmail: VerifyEmail;
  readonly resendVerification: ResendVerification;
  readonly requestPasswordReset: RequestPasswordReset;
  readonly resetPassword: ResetPassword;

  constructor(
    { unitOfWork, directory }: RegistrationFixtureParts,
    {
      linkPolicy = aLinkPolicy(),
      answers = 'uniform',
      signUpOpen = true,
      channels = ['email'],
    }: RegistrationFixtureOptions = {},
  ) {
    const { clock, hasher, links } = this;
    const ids = new SequentialIds();
    const parser = canonicalIdentifierParser;
    const addresses = new MailAddresses(parser, channels);
    const events = {
      publish: (change: SessionChange) => void this.published.push(change),
      subscribe: () => undefined,
    };
    const newPasswords = new NewPasswords(
      { minLength: 12, composition: 'none', minScore: 0 },
      { score: () => 4 },
      { check: async () => 'not-found' },
      hasher,
    );
    this.registerWithPassword = new RegisterWithPassword(
      addresses,
      parser,
      newPasswords,
      links,
      directory,
      unitOfWork,
      ids,
      clock,
      linkPolicy,
      { answers, pendingLifetime: days(7) },
      { open: signUpOpen, roles: ['user'] },
    );
    this.verifyEmail = new VerifyEmail(links, unitOfWork, ids, clock);
    this.resendVerification = new ResendVerification(addresses, links, unitOfWork, ids, clock, linkPolicy);
    this.requestPasswordReset = new RequestPasswordReset(
      addresses,
      links,
      unitOfWork,
      ids,
      clock,
      linkPolicy,
    );
    this.resetPassword = new ResetPassword(links, newPasswords, unitOfWork, events, ids, clock);
  }

  register(
    { value: email }: Identifier,
    overrides: Partial<RegisterWithPasswordCommand> = {},
  ): Promise<Registered> {
    return this.registerWithPassword.execute({
      email,
      password: new Secret(PASSWORD),
      username: null,
      profile: { displayName: 'Grace', locale: 'de' },
      origin: this.origin,
      ...overrides,
    });
  }

  verify(token: string): Promise<User> {
    return this.verifyEmail.execute({ token, origin: this.origin });
  }

  resend({ value: email }: Identifier): Promise<void> {
    return this.resendVerification.execute({ email, locale: 'de', origin: this.origin });
  }

  forget({ value: identifier }: Identifier): Promise<void> {
    return this.requestPasswordReset.execute({ identifier, locale: 'de', origin: this.origin });
  }

  reset(token: string, password = 'another walrus paints 9 maps'): Promise<void> {
    return this.resetPassword.execute({ token, password: new Secret(password), origin: this.origin });
  }
}
