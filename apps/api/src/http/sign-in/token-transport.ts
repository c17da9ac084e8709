import type { FastifyReply } from 'fastify';
import { DomainError, secondsUntil, type Clock, type Secret } from '#domain/kernel';
import type { CsrfTokens } from '#adapters/crypto';
import type { User } from '#domain/identity';
import type { RefreshedSession, RefreshTokens, Session, SessionState, TokenGrant } from '#domain/session';
import { toAccount } from '../account/account.responses.js';
import type { CsrfProtection } from '../cookies/csrf-protection.js';
import type { SessionCookies } from '../cookies/session-cookies.js';
import type { Exchange } from '../request/exchange.js';
import { toSession } from '../sessions/session.responses.js';
import {
  toTokens,
  type CookieSignInDto,
  type CookieTokensDto,
  type SignInDto,
  type TokensDto,
} from './sign-in.responses.js';

export type Transport = 'bearer' | 'cookie';

export interface SignedIn extends TokenGrant {
  readonly user: User;
  readonly session: Session;
  readonly deviceToken: Secret;
}

/** Seconds; what browsers cut longer lives of cookies to (RFC 6265bis, 5.5). */
const DEVICE_MAX_AGE = 400 * 86_400;

/**
 * How tokens travel to a client and back: in bodies for apps that keep them, or in cookies that no script can read.
 * Every route that hands out a session answers through this, so that neither way can lack what the other has.
 */
export class TokenTransport {
  constructor(
    private readonly cookies: SessionCookies,
    private readonly csrf: CsrfProtection,
    private readonly csrfTokens: CsrfTokens,
    private readonly refreshTokens: RefreshTokens,
    private readonly clock: Clock,
    private readonly fallback: Transport,
  ) {}

  /**
   * Refuses a forged request for cookies before `signIn` spends what it proves, and gives it the device token that
   * came in a cookie.
   */
  async signIn(
    { request, reply }: Exchange,
    wanted: Transport | null | undefined,
    signIn: (deviceToken: string | null) => Promise<SignedIn>,
  ): Promise<SignInDto | CookieSignInDto> {
    if ((wanted ?? this.fallback) === 'bearer') {
      const signedIn = await signIn(null);
      const { session, deviceToken } = signedIn;
      return {
        ...toTokens(signedIn, toSession(session.state, session.id)),
        user: toAccount(signedIn.user),
        deviceToken: deviceToken.expose(),
      };
    }
    await this.csrf.check(request, null);
    const signedIn = await signIn(this.cookies.read(request, 'device') ?? null);
    const { user, session, deviceToken } = signedIn;
    this.cookies.set(reply, 'device', deviceToken.expose(), DEVICE_MAX_AGE);
    return { ...this.#toCookies(reply, signedIn, session.state), user: toAccount(user) };
  }

  /** From the body if it has a token, else from the cookie; the successor travels as its predecessor did. */
  async refresh(
    { request, reply }: Exchange,
    fromBody: string | null | undefined,
    refresh: (refreshToken: string) => Promise<RefreshedSession>,
  ): Promise<TokensDto | CookieTokensDto> {
    if (fromBody) {
      const refreshed = await refresh(fromBody);
      return toTokens(refreshed, toSession(refreshed.session, refreshed.session.id));
    }
    const held = this.cookies.read(request, 'refresh');
    if (held === undefined) throw noRefreshToken();
    const reference = this.refreshTokens.read(held);
    if (reference) await this.csrf.check(request, reference);
    try {
      const refreshed = await refresh(held);
      return this.#toCookies(reply, refreshed, refreshed.session);
    } catch (error) {
      // The session is over; a browser that kept its cookies would ask again and again.
      if (error instanceof DomainError && error.kind === 'unauthenticated') this.cookies.clear(reply);
      throw error;
    }
  }

  /** After the session of the request was ended. */
  signOut({ request, reply }: Exchange): void {
    if (request.headers.authorization === undefined) this.cookies.clear(reply);
  }

  /** For a page that cannot read the cookie, because it was served by another host. */
  csrfToken({ request }: Exchange): string | null {
    return this.cookies.read(request, 'csrf') ?? null;
  }

  #toCookies(reply: FastifyReply, grant: TokenGrant, session: SessionState): CookieTokensDto {
    const csrfToken = this.csrfTokens.issue({ sessionId: session.id, generation: session.generation });
    const sessionEnd = secondsUntil(session.expiresAt, this.clock.now());
    this.cookies.set(reply, 'access', grant.accessToken.expose(), grant.expiresIn);
    this.cookies.set(reply, 'refresh', grant.refreshToken.expose(), sessionEnd);
    this.cookies.set(reply, 'csrf', csrfToken, sessionEnd);
    return { csrfToken, expiresIn: grant.expiresIn, session: toSession(session, session.id) };
  }
}

const noRefreshToken = (): DomainError =>
  DomainError.invalid('refresh-token-missing', 'There is no refresh token in the body, and none in a cookie');
