/**
 * - `url-refused`, `address-refused`: nobody was asked, and nobody will be.
 * - `busy`: too many requests are under way already.
 * - `timeout`, `too-large`, `unreachable`: the other side failed; it may have taken what it was sent.
 */
export type OutboundFailure =
  'url-refused' | 'address-refused' | 'busy' | 'timeout' | 'too-large' | 'unreachable';

/**
 * A request that brought no answer. Deliberately without URL, host and `cause`: a webhook's URL is a credential
 * itself, and what the network says about inner addresses is what a forger of requests is after.
 */
export class OutboundError extends Error {
  constructor(readonly reason: OutboundFailure) {
    super(reason);
    this.name = 'OutboundError';
  }
}
