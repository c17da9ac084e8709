import { DomainError, type Clock } from '#domain/kernel';
import type { AccountPage, AccountQuery, AccountSearch } from '../ports/account-search.port.js';
import type { IdentifierParser } from '../ports/identifier-parser.port.js';

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const MATCH = /^[in]./u;
/** The beginning of a phone number as people group its digits. */
const TYPED_PHONE = /^\+[\d\s().-]+$/;

export class SearchAccounts {
  constructor(
    private readonly accounts: AccountSearch,
    private readonly identifiers: IdentifierParser,
    private readonly clock: Clock,
  ) {}

  /** Throws `invalid-cursor` for a place in another order than the one asked for. */
  async execute(query: AccountQuery): Promise<AccountPage> {
    const { after, startsWith } = query;
    if (after && !(startsWith === null ? isInstant(after.key) : MATCH.test(after.key))) {
      throw DomainError.invalid('invalid-cursor', 'cursor is not one of ours', 'cursor');
    }
    const canonical = startsWith === null ? null : this.#canonical(startsWith);
    return this.accounts.search({ ...query, startsWith: canonical }, this.clock.now());
  }

  /** A whole identifier in the form in which it is stored, the beginning of anything as it was typed. */
  #canonical(typed: string): string {
    try {
      return this.identifiers.parse(typed).value;
    } catch {
      return TYPED_PHONE.test(typed) ? typed.replaceAll(/[^\d+]/g, '') : typed;
    }
  }
}

const isInstant = (text: string): boolean => INSTANT.test(text) && !Number.isNaN(Date.parse(text));
