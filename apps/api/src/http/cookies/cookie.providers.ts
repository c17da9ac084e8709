import type { Provider } from '@nestjs/common';
import { CsrfTokens } from '#adapters/crypto';
import { CLOCK, type Clock } from '#domain/kernel';
import { AuthenticateRequest, REFRESH_TOKENS, RefuseForgery, type RefreshTokens } from '#domain/session';
import type { Config } from '../../config/index.js';
import { CookieAuthentication } from '../access/cookie-authentication.js';
import { TokenTransport } from '../sign-in/token-transport.js';
import { CsrfProtection } from './csrf-protection.js';
import { SessionCookies } from './session-cookies.js';

/** Cookies as this deployment has them, and what protects those who hold them. */
export function cookieProviders({ cookies: options, http, tokens }: Config): Provider[] {
  const cookies = new SessionCookies(options);
  const csrfOptions = {
    trustedOrigins: [http.publicUrl, ...http.corsOrigins],
    allowsCrossSite: options.sameSite === 'none',
  };
  return [
    { provide: SessionCookies, useValue: cookies },
    {
      provide: CsrfProtection,
      useFactory: (csrfTokens: CsrfTokens, refuseForgery: RefuseForgery) =>
        new CsrfProtection(csrfTokens, cookies, refuseForgery, csrfOptions),
      inject: [CsrfTokens, RefuseForgery],
    },
    {
      provide: CookieAuthentication,
      useFactory: (authenticateRequest: AuthenticateRequest, csrf: CsrfProtection) =>
        new CookieAuthentication(authenticateRequest, cookies, csrf),
      inject: [AuthenticateRequest, CsrfProtection],
    },
    {
      provide: TokenTransport,
      useFactory: (
        csrf: CsrfProtection,
        csrfTokens: CsrfTokens,
        refreshTokens: RefreshTokens,
        clock: Clock,
      ) => new TokenTransport(cookies, csrf, csrfTokens, refreshTokens, clock, tokens.transport),
      inject: [CsrfProtection, CsrfTokens, REFRESH_TOKENS, CLOCK],
    },
  ];
}
