import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '#domain/kernel';

export type CookiePurpose = 'access' | 'refresh' | 'csrf' | 'device';

export interface CookieOptions {
  readonly secure: boolean;
  readonly sameSite: 'lax' | 'strict' | 'none';
  /** Shares the cookies with all hosts of the domain; undefined keeps them to this one. */
  readonly domain: string | undefined;
}

/** Where the refresh token is needed; nothing else has to see it on every request. */
const REFRESH_PATH = '/api/v1/auth';

/** The cookies that stand for a session in a browser: their names, their attributes, and how they are read. */
export class SessionCookies {
  readonly #prefix: string;

  constructor(private readonly options: CookieOptions) {
    this.#prefix = prefixFor(options);
  }

  nameOf(purpose: CookiePurpose): string {
    return this.#prefix + purpose;
  }

  /**
   * Undefined where an `Authorization` header speaks for the request: a bad token there must not be made good by a
   * cookie. Refuses a cookie that came twice: one of the two was planted by a neighbouring host, and which of them a
   * server believes is chance.
   */
  read(
    { headers: { authorization, cookie } }: Pick<FastifyRequest, 'headers'>,
    purpose: CookiePurpose,
  ): string | undefined {
    if (authorization !== undefined || cookie === undefined) return undefined;
    const name = this.nameOf(purpose);
    const value = parseCookie(cookie)[name];
    if (value !== undefined && occursTwice(cookie, name)) {
      throw DomainError.invalid('ambiguous-cookie', 'A cookie came more than once');
    }
    return value || undefined;
  }

  set(reply: FastifyReply, purpose: CookiePurpose, value: string, maxAge: number): void {
    const { secure, sameSite, domain } = this.options;
    const isLimited = purpose === 'refresh' && this.#prefix !== '__Host-';
    reply.header(
      'set-cookie',
      stringifySetCookie({
        name: this.nameOf(purpose),
        value,
        maxAge,
        ...(domain !== undefined && { domain }),
        path: isLimited ? REFRESH_PATH : '/',
        httpOnly: purpose !== 'csrf',
        secure,
        sameSite,
      }),
    );
  }

  /** Signs the browser out. The device stays known. */
  clear(reply: FastifyReply): void {
    for (const purpose of ['access', 'refresh', 'csrf'] as const) this.set(reply, purpose, '', 0);
  }
}

/** Browsers take a prefixed cookie only with what the prefix promises (RFC 6265bis, 4.1.3). */
function prefixFor({ secure, domain }: CookieOptions): string {
  if (!secure) return 'gatehouse-';
  return domain === undefined ? '__Host-' : '__Secure-';
}

const occursTwice = (header: string, name: string): boolean =>
  header.split(';').filter((pair) => pair.split('=', 1)[0]?.trim() === name).length > 1;
