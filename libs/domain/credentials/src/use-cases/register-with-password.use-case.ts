import {
  identifierTaken,
  User,
  type AccountDirectory,
  type Identifier,
  type IdentifierParser,
  type Profile,
} from '#domain/identity';
import {
  addMilliseconds,
  DomainError,
  type Clock,
  type IdGenerator,
  type RequestOrigin,
  type Secret,
  type UnitOfWork,
} from '#domain/kernel';
import type { SignUpPolicy } from '#domain/session';
import { verificationRequested } from '../model/link-events.js';
import type { LinkPolicy } from '../model/link.js';
import type { PasswordHash } from '../model/password-hash.vo.js';
import { usernameTaken, type RegistrationPolicy } from '../model/registration.js';
import type { LinkTokens } from '../ports/link-tokens.port.js';
import type { RegistrationTx } from '../ports/registration-tx.js';
import type { MailAddresses } from '../services/mail-addresses.js';
import type { NewPasswords } from '../services/new-passwords.js';

export interface RegisterWithPasswordCommand {
  readonly email: string;
  readonly password: Secret;
  readonly username: string | null;
  readonly profile: Profile;
  readonly origin: RequestOrigin;
}

export interface Registered {
  readonly user: User;
  readonly email: Identifier;
  readonly username: Identifier | null;
}

/**
 * Makes an account that is pending until the link in the mail is used. It does the same work for an address that
 * has an account and for one that has none, because it never looks, unless the deployment prefers plain answers:
 * the worker looks when it writes the mail, and tells the owner of a taken address instead of sending a link.
 */
export class RegisterWithPassword {
  constructor(
    private readonly addresses: MailAddresses,
    private readonly identifiers: IdentifierParser,
    private readonly newPasswords: NewPasswords,
    private readonly links: LinkTokens,
    private readonly directory: AccountDirectory,
    private readonly unitOfWork: UnitOfWork<RegistrationTx>,
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
    private readonly linkPolicy: LinkPolicy,
    private readonly policy: RegistrationPolicy,
    private readonly signUp: SignUpPolicy,
  ) {}

  /**
   * Throws `sign-up-closed`, `invalid-identifier`, `channel-unavailable`, `invalid-username`, `username-taken`, what
   * `NewPasswords` refuses with, `registration-throttled`, and with plain answers `identifier-taken`.
   */
  async execute(command: RegisterWithPasswordCommand): Promise<Registered> {
    if (!this.signUp.open) throw DomainError.forbidden('sign-up-closed', 'Sign-up is closed');
    const email = this.addresses.read(command.email, 'email');
    const username = command.username === null ? null : this.identifiers.parseUsername(command.username);
    await this.#refuseTaken(email, username);
    const { profile, origin } = command;
    const personal = [email.value, username?.value, profile.displayName].filter(
      (text) => typeof text === 'string',
    );
    const hash = await this.newPasswords.accept(command.password, personal);

    const user = User.pending(this.ids.next(), profile, this.signUp.roles, this.clock.now());
    const outcome = await this.unitOfWork.run((tx) =>
      this.#store(tx, { user, email, username }, hash, origin),
    );
    if (outcome === 'throttled') {
      throw DomainError.rateLimited(
        'registration-throttled',
        'Too many registrations with this address',
        Math.ceil(this.linkPolicy.sendWindow / 1_000),
      );
    }
    return { user, email, username };
  }

  async #store(
    tx: RegistrationTx,
    { user, email, username }: Registered,
    hash: PasswordHash,
    origin: RequestOrigin,
  ): Promise<'issued' | 'throttled'> {
    const { id: userId, createdAt: now } = user.state;
    const expiresAt = addMilliseconds(now, this.linkPolicy.verificationLifetime);
    const subject = this.links.subjectOf(email);
    const purpose = 'verify-email';
    const mail = { subject, purpose, identifier: email, mac: null, issuedAt: now, expiresAt } as const;
    const issued = await tx.addressLinks.issue(mail, this.linkPolicy);
    const event = { occurredAt: now, origin };
    if (issued === 'throttled') {
      const metadata = { purpose, kind: email.kind };
      tx.audit.append({ ...event, action: 'link.throttled', result: 'failure', metadata });
      return issued;
    }
    const link = this.links.issue(purpose, userId);
    const claim = { userId, identifier: email, username, createdAt: now };
    tx.accounts.insert(user);
    tx.passwords.set(userId, hash, now);
    tx.registrations.insert({ ...claim, linkMac: link.mac, linkExpiresAt: expiresAt });
    const metadata = { method: 'pwd', kind: email.kind, pending: true };
    tx.audit.append({
      ...event,
      action: 'user.registered',
      result: 'success',
      actorId: userId,
      userId,
      metadata,
    });
    const mailing = { id: this.ids.next(), identifier: email, locale: user.profile.locale, now, expiresAt };
    tx.outbox.append(verificationRequested(mailing, link.token, now), { urgent: true });
    return issued;
  }

  /** For a kind answer, before anything is computed; what decides is the unique key, at activation. */
  async #refuseTaken(email: Identifier, username: Identifier | null): Promise<void> {
    if (this.policy.answers === 'plain' && (await this.directory.exists(email.kind, email.value))) {
      throw identifierTaken();
    }
    if (username && (await this.directory.exists(username.kind, username.value))) throw usernameTaken();
  }
}
