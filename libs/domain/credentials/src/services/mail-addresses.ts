import type { Identifier, IdentifierParser } from '#domain/identity';
import { DomainError } from '#domain/kernel';
import type { Channel } from '#domain/otp';

/** Reads the address that a link is to be mailed to: links are too long for anything else. */
export class MailAddresses {
  constructor(
    private readonly identifiers: IdentifierParser,
    private readonly channels: readonly Channel[],
  ) {}

  /** Throws `invalid-identifier`, or `channel-unavailable` where no mail can be sent at all. */
  read(typed: string, field: 'email' | 'identifier'): Identifier {
    if (!this.channels.includes('email')) {
      throw DomainError.invalid('channel-unavailable', 'This service sends no mail', field);
    }
    if (!typed.includes('@')) {
      throw DomainError.invalid('invalid-identifier', `${field} must be an email address`, field);
    }
    return this.identifiers.parse(typed);
  }
}
