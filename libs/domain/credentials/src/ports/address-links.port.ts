import type { Identifier } from '#domain/identity';
import type { LinkPolicy, LinkPurpose, LinkReference, LinkRequest } from '../model/link.js';

export type AddressLinkOutcome =
  | { readonly outcome: 'spent'; readonly identifier: Identifier; readonly issuedAt: Date }
  | { readonly outcome: 'invalid' | 'expired' };

/**
 * Links by address, inside a unit of work: the newest replaces the older, and each counts as a mail to the
 * address, whether or not an account holds it.
 */
export interface AddressLinks {
  /**
   * One conditional write: under any number of parallel calls, no more mails are admitted than the sliding
   * window allows. When it is full, the link in force stays.
   */
  issue(request: LinkRequest, policy: LinkPolicy): Promise<'issued' | 'throttled'>;
  /** One conditional write: of any number of parallel calls with the right token, one is `spent`. */
  spend(purpose: LinkPurpose, link: LinkReference, now: Date): Promise<AddressLinkOutcome>;
}
