import { token, type Secret } from '#domain/kernel';
import type { RefreshReference } from './sessions.port.js';

/** What an access token states (RFC 9068). Times are seconds since the epoch, as in the token. */
export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
  readonly roles: readonly string[];
  readonly tokenId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

export interface AccessTokens {
  issue(claims: AccessClaims): Secret;
  /**
   * Throws `DomainError` `invalid-token` for whatever is not a live access token of this service: another
   * algorithm, key, issuer, audience or type, expired, not yet valid, malformed. The token's own header
   * chooses a key by `kid` among ours and nothing else.
   */
  verify(token: string): AccessClaims;
  /** As `verify`, for a token that this process has verified before; null for any other, at the price of a look-up. */
  remembered(token: string): AccessClaims | null;
}

export const ACCESS_TOKENS = token<AccessTokens>('AccessTokens');

/**
 * Refresh tokens are not stored: each names its session and generation and carries a MAC over both, so the
 * same reference always yields the same token.
 */
export interface RefreshTokens {
  issue(reference: RefreshReference): Secret;
  /** Null when the MAC does not hold. Says nothing about whether the session lives. */
  read(token: string): RefreshReference | null;
}

export const REFRESH_TOKENS = token<RefreshTokens>('RefreshTokens');
