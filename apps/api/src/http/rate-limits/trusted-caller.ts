import type { FastifyRequest } from 'fastify';
import type { FindTrustedSession } from '#domain/session';
import type { TrustedCaller } from '#domain/throttling';
import { bearerToken } from '../access/bearer-token.js';
import type { SessionCookies } from '../cookies/session-cookies.js';
import { clientAddress } from '../request/client-address.js';

/** By header or cookie. That a cookie may come from elsewhere does not matter: all it buys is its own budget's use. */
export const trustedCaller =
  (findTrustedSession: FindTrustedSession, cookies: SessionCookies) =>
  (request: FastifyRequest): ReturnType<TrustedCaller> => {
    const token = presentedToken(request, cookies);
    return token === null ? null : findTrustedSession.execute(token, clientAddress(request));
  };

function presentedToken(request: FastifyRequest, cookies: SessionCookies): string | null {
  const { authorization } = request.headers;
  if (authorization !== undefined) return bearerToken(authorization);
  try {
    return cookies.read(request, 'access') ?? null;
  } catch {
    return null; // Ambiguous: the guard will say so to whoever gets as far.
  }
}
