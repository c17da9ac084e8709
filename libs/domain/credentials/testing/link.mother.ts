import type {
  LinkPolicy,
  LinkPurpose,
  LinkReference,
  LinkRequest,
  LinkTokens,
  NewLink,
  PendingRegistration,
} from '#domain/credentials';
import type { Identifier } from '#domain/identity';
import { anEmail } from '#domain/identity/testing';
import { hours, minutes, Secret } from '#domain/kernel';
import { at, newId } from '#domain/kernel/testing';

export const aLinkPolicy = (overrides: Partial<LinkPolicy> = {}): LinkPolicy => ({
  verificationLifetime: hours(24),
  resetLifetime: minutes(30),
  sendsPerWindow: 3,
  sendWindow: minutes(15),
  ...overrides,
});

export const aLinkRequest = (overrides: Partial<LinkRequest> = {}): LinkRequest => ({
  subject: newId(),
  purpose: 'reset-password',
  identifier: anEmail(),
  mac: `mac ${newId()}`,
  issuedAt: at(0),
  expiresAt: at(minutes(30)),
  ...overrides,
});

export const aRegistration = (overrides: Partial<PendingRegistration> = {}): PendingRegistration => ({
  userId: newId(),
  identifier: anEmail(),
  username: null,
  linkMac: `mac ${newId()}`,
  linkExpiresAt: at(hours(24)),
  createdAt: at(0),
  ...overrides,
});

/** Tokens in the clear, so that a test can read the one and alter the other. */
export class ReadableLinkTokens implements LinkTokens {
  #count = 0;

  issue(purpose: LinkPurpose, subject: string): NewLink {
    const secret = `secret-${++this.#count}`;
    return { token: new Secret(`${subject}/${secret}`), mac: `${purpose} ${subject} ${secret}` };
  }

  read(purpose: LinkPurpose, token: string): LinkReference | null {
    const [subject, secret] = token.split('/');
    return subject && secret ? { subject, mac: `${purpose} ${subject} ${secret}` } : null;
  }

  /** Not a UUID, which nothing but a database asks for. */
  subjectOf({ kind, value }: Identifier): string {
    return `${kind}:${value}`;
  }
}
