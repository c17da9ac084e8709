import type { JwtService } from '@nestjs/jwt';
import { LRUCache } from 'lru-cache';
import { validate as isUuid } from 'uuid';
import { DomainError, Secret, type Clock } from '#domain/kernel';
import type { AccessClaims, AccessTokens } from '#domain/session';
import type { SigningKeys } from './signing-keys.js';

export interface AccessTokenOptions {
  readonly issuer: string;
  readonly audience: string;
}

/** RFC 9068: keeps an ID token or a link token from being taken for an access token. */
const TYPE = 'at+jwt';
/** Longer than any token of ours; bounds the work that a forged one can cause. */
const MAX_LENGTH = 4_096;
/** Seconds by which clocks of instances may differ. */
const CLOCK_TOLERANCE = 5;
/** Verified tokens kept, about 1 kB each. */
const CACHE_SIZE = 20_000;

interface Header {
  readonly alg?: unknown;
  readonly typ?: unknown;
  readonly kid?: unknown;
}

interface Payload {
  readonly sub: string;
  readonly sid: string;
  readonly jti: string;
  readonly iat: number;
  readonly exp: number;
  readonly roles: readonly string[];
}

interface Verified {
  readonly kid: string;
  readonly claims: AccessClaims;
}

/**
 * RFC 9068 access tokens, ES256. A signature is verified once per token and process: the claims of a token
 * that passed are remembered under its full text, so the cache can answer for no other token. Expiry and the
 * key's standing are checked every time.
 */
export class JwtAccessTokens implements AccessTokens {
  readonly #verified = new LRUCache<string, Verified>({ max: CACHE_SIZE });
  #hits = 0;
  #misses = 0;

  constructor(
    private readonly jwt: JwtService,
    private readonly keys: SigningKeys,
    private readonly clock: Clock,
    private readonly options: AccessTokenOptions,
  ) {}

  get hits(): number {
    return this.#hits;
  }

  get misses(): number {
    return this.#misses;
  }

  get entries(): number {
    return this.#verified.size;
  }

  issue({ userId, sessionId, roles, tokenId, issuedAt, expiresAt }: AccessClaims): Secret {
    const { kid, privateKey } = this.keys.current;
    const payload = {
      iss: this.options.issuer,
      aud: this.options.audience,
      sub: userId,
      sid: sessionId,
      jti: tokenId,
      iat: issuedAt,
      exp: expiresAt,
      roles,
    };
    return new Secret(
      this.jwt.sign(payload, {
        algorithm: 'ES256',
        privateKey,
        header: { alg: 'ES256', typ: TYPE, kid },
      }),
    );
  }

  verify(token: string): AccessClaims {
    const now = this.#now();
    const remembered = this.#remembered(token, now);
    if (remembered) {
      this.#hits++;
      return remembered;
    }
    this.#misses++;
    const verified = this.#check(token, now);
    this.#verified.set(token, verified);
    return verified.claims;
  }

  remembered(token: string): AccessClaims | null {
    return this.#remembered(token, this.#now());
  }

  #remembered(token: string, now: number): AccessClaims | null {
    const known = this.#verified.get(token);
    return known && known.claims.expiresAt > now && this.keys.find(known.kid) ? known.claims : null;
  }

  #check(token: string, now: number): Verified {
    if (token.length > MAX_LENGTH) throw invalidToken();
    const { alg, typ, kid } = readHeader(token);
    const key = typeof kid === 'string' ? this.keys.find(kid) : undefined;
    if (alg !== 'ES256' || typ !== TYPE || !key) throw invalidToken();
    const payload = this.#verifySignature(token, key.publicPem, now);
    // Asked this way round, a time that is missing refuses too.
    if (!(payload.iat <= now + CLOCK_TOLERANCE && payload.exp > now)) throw invalidToken();
    // Ours for another purpose, or of another version: the database would take no other ids.
    if (!isUuid(payload.sub) || !isUuid(payload.sid) || !Array.isArray(payload.roles)) throw invalidToken();
    return {
      kid: key.kid,
      claims: {
        userId: payload.sub,
        sessionId: payload.sid,
        roles: payload.roles,
        tokenId: payload.jti,
        issuedAt: payload.iat,
        expiresAt: payload.exp,
      },
    };
  }

  #verifySignature(token: string, publicKey: string, now: number): Payload {
    try {
      return this.jwt.verify<Payload & object>(token, {
        algorithms: ['ES256'],
        publicKey,
        issuer: this.options.issuer,
        audience: this.options.audience,
        clockTimestamp: now,
      });
    } catch {
      throw invalidToken();
    }
  }

  #now(): number {
    return Math.floor(this.clock.now().getTime() / 1_000);
  }
}

function readHeader(token: string): Header {
  try {
    const header: unknown = JSON.parse(
      Buffer.from(token.slice(0, token.indexOf('.')), 'base64url').toString(),
    );
    return typeof header === 'object' && header !== null ? header : {};
  } catch {
    return {};
  }
}

const invalidToken = (): DomainError =>
  DomainError.unauthenticated('invalid-token', 'The access token is missing, malformed or no longer valid');
