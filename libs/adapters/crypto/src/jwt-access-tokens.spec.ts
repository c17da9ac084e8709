import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { JwtService } from '@nestjs/jwt';
import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { minutes } from '#domain/kernel';
import { FixedClock } from '#domain/kernel/testing';
import type { AccessClaims } from '#domain/session';
import { JwtAccessTokens } from './jwt-access-tokens.js';
import { SigningKeys } from './signing-keys.js';

const options = { issuer: 'https://id.example.com', audience: 'https://api.example.com' };
const jwt = new JwtService();

describe('JwtAccessTokens', () => {
  let directory: string;
  let clock: FixedClock;
  let keys: SigningKeys;
  let tokens: JwtAccessTokens;
  let claims: AccessClaims;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gatehouse-jwt-'));
    clock = new FixedClock();
    keys = new SigningKeys(
      { directory, publishAhead: minutes(5), retireAfter: minutes(15), warn: () => undefined },
      clock,
    );
    tokens = new JwtAccessTokens(jwt, keys, clock, options);
    claims = {
      userId: crypto.randomUUID(),
      sessionId: crypto.randomUUID(),
      roles: ['user', 'admin'],
      tokenId: crypto.randomUUID(),
      issuedAt: now(),
      expiresAt: now() + 900,
    };
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const now = () => Math.floor(clock.now().getTime() / 1_000);
  const decode = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
  const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const refused = (text: string) =>
    expect(() => tokens.verify(text)).toThrow(expect.objectContaining({ code: 'invalid-token' }));

  const payload = () => ({
    iss: options.issuer,
    aud: options.audience,
    sub: claims.userId,
    sid: claims.sessionId,
    jti: claims.tokenId,
    iat: claims.issuedAt,
    exp: claims.expiresAt,
    roles: claims.roles,
  });
  const token = (header: object, body: object, signature: (input: string) => Buffer | string): string => {
    const input = `${encode(header)}.${encode(body)}`;
    const made = signature(input);
    return `${input}.${typeof made === 'string' ? made : made.toString('base64url')}`;
  };
  const es256 = (key: KeyObject) => (input: string) =>
    sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  /** Signed with the service's own key, so that nothing but the change can be what is refused. */
  const signed = (change: object, header: object = {}): string => {
    const { kid, privateKey } = keys.current;
    return token(
      { alg: 'ES256', typ: 'at+jwt', kid, ...header },
      { ...payload(), ...change },
      es256(privateKey),
    );
  };

  it('issues what RFC 9068 asks for', () => {
    const [header, body] = tokens.issue(claims).expose().split('.').slice(0, 2).map(decode);
    expect(header).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: keys.current.kid });
    expect(body).toEqual(payload());
  });

  it('reads back the claims, on the first sight and from memory', () => {
    const issued = tokens.issue(claims).expose();
    expect(tokens.verify(issued)).toEqual(claims);
    expect(tokens.verify(issued)).toEqual(claims);
    expect(new JwtAccessTokens(jwt, keys, clock, options).verify(issued)).toEqual(claims);
  });

  it('remembers what it has verified, and verifies nothing for whoever merely asks', () => {
    const issued = tokens.issue(claims).expose();
    expect(tokens.remembered(issued)).toBeNull();
    tokens.verify(issued);
    expect(tokens.remembered(issued)).toEqual(claims);
    expect(tokens.remembered(`${issued}x`)).toBeNull();
    clock.advance(minutes(15));
    expect(tokens.remembered(issued)).toBeNull();
  });

  it('accepts the token that the refusals below are variations of', () => {
    expect(tokens.verify(signed({}))).toEqual(claims);
  });

  describe('refuses a token that chooses how it is verified', () => {
    const forged = (header: object, signature: (input: string) => Buffer | string): string =>
      token(header, payload(), signature);

    it.each(['none', 'None', 'NONE', 'nOnE', ''])('alg %j', (alg) => {
      refused(forged({ alg, typ: 'at+jwt', kid: keys.current.kid }, () => ''));
      refused(forged({ alg, typ: 'at+jwt', kid: keys.current.kid }, () => 'AAAA'));
    });

    it('HS256 with our public key for the secret, in each form that it is published in', () => {
      const { kid, publicKey, publicPem } = keys.current;
      const der = publicKey.export({ type: 'spki', format: 'der' });
      const jwk = JSON.stringify(publicKey.export({ format: 'jwk' }));
      for (const secret of [publicPem, publicPem.trim(), der, jwk]) {
        const hs256 = (input: string) => createHmac('sha256', secret).update(input).digest();
        refused(forged({ alg: 'HS256', typ: 'at+jwt', kid }, hs256));
      }
    });

    it('a key of its own: in `jwk`, in `x5c`, behind `jku`, or under a `kid` that is ours', () => {
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const { kid } = keys.current;
      const jwk = own.publicKey.export({ format: 'jwk' });
      const x5c = [own.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')];
      for (const header of [
        { jwk },
        { jwk, kid },
        { kid, x5c },
        { kid, jku: 'http://127.0.0.1/jwks' },
        { kid },
      ]) {
        refused(forged({ alg: 'ES256', typ: 'at+jwt', ...header }, es256(own.privateKey)));
      }
    });

    it.each([undefined, null, 1, '', 'unknown', '../../etc/passwd', '__proto__', ['x'], { x: 1 }])(
      'kid %j',
      (kid) => refused(signed({}, { kid })),
    );

    it.each([undefined, 'JWT', 'jwt', 'id+jwt', 'AT+JWT', 'application/at+jwt', 1])('typ %j', (typ) =>
      refused(signed({}, { typ })),
    );
  });

  it.each<[string, (at: number) => object]>([
    ['of another issuer', () => ({ iss: 'https://evil.example.com' })],
    ['of no issuer', () => ({ iss: undefined })],
    ['for another audience', () => ({ aud: 'https://other.example.com' })],
    ['for no audience', () => ({ aud: undefined })],
    ['that expires now', (at) => ({ exp: at })],
    ['that has expired', (at) => ({ exp: at - 1 })],
    ['that never expires', () => ({ exp: undefined })],
    ['that was issued in the future', (at) => ({ iat: at + 6 })],
    ['that does not say when it was issued', () => ({ iat: undefined })],
    ['that is not valid yet', (at) => ({ nbf: at + 6 })],
  ])('refuses a token %s', (_what, change) => refused(signed(change(now()))));

  it.each([
    ['sub', undefined],
    ['sub', 'x'],
    ['sub', 1],
    ['sub', { a: 1 }],
    ['sid', undefined],
    ['sid', 'x'],
    ['sid', `${crypto.randomUUID()} `],
    ['sid', [crypto.randomUUID()]],
    ['roles', undefined],
    ['roles', 'admin'],
  ])('refuses a token of our own with %s %j', (claim, value) => refused(signed({ [claim]: value })));

  it('allows for instances whose clocks differ by a few seconds', () => {
    expect(tokens.verify(signed({ iat: now() + 5 }))).toMatchObject({ issuedAt: now() + 5 });
  });

  it('refuses a token with any part changed', () => {
    const [header, body, signature] = signed({}).split('.') as [string, string, string];
    const other = signed({ sub: crypto.randomUUID() }).split('.') as [string, string, string];
    refused(`${header}.${other[1]}.${signature}`);
    refused(`${header}.${body}.${other[2]}`);
    refused(`${encode({ ...(decode(header) as object), extra: 1 })}.${body}.${signature}`);
    for (let i = 0; i < 85; i += 5) {
      const letter = signature[i] === 'A' ? 'B' : 'A';
      refused(`${header}.${body}.${signature.slice(0, i)}${letter}${signature.slice(i + 1)}`);
    }
  });

  it.each([
    ['nothing', ''],
    ['dots', '..'],
    ['two parts', 'eyJhbGciOiJFUzI1NiJ9.e30'],
    ['five parts', 'a.b.c.d.e'],
    ['a header that is no object', `${Buffer.from('null').toString('base64url')}.e30.AAAA`],
    ['a header that is no JSON', 'AAAA.AAAA.AAAA'],
    ['50 kB', `${'A'.repeat(25_000)}.${'A'.repeat(25_000)}.A`],
    ['Unicode', '日本.日本.日本'],
    ['NUL', '\0.\0.\0'],
  ])('refuses %s', (_what, text) => refused(text));

  describe('remembers what it has verified', () => {
    it('until the token expires', () => {
      const issued = tokens.issue(claims).expose();
      tokens.verify(issued);
      clock.advance(899_000);
      expect(tokens.verify(issued)).toEqual(claims);
      clock.advance(1_000);
      refused(issued);
    });

    it('until the key that signed it retires', () => {
      claims = { ...claims, expiresAt: now() + 86_400 };
      const issued = tokens.issue(claims).expose();
      tokens.verify(issued);
      clock.advance(1);
      keys.rotate();
      clock.advance(minutes(20) - 1);
      expect(tokens.verify(issued)).toEqual(claims);
      clock.advance(1);
      refused(issued);
    });

    it('and nothing of a token that it refused', () => {
      const early = signed({ iat: now() + 60 });
      refused(early);
      clock.advance(60_000);
      expect(tokens.verify(early)).toMatchObject({ userId: claims.userId });
    });

    it('under the whole text, so that a signature cannot be left off', () => {
      const issued = tokens.issue(claims).expose();
      tokens.verify(issued);
      refused(issued.slice(0, issued.lastIndexOf('.')));
      refused(issued.slice(0, issued.lastIndexOf('.') + 1));
      refused(`${issued} `);
    });
  });

  it('verifies with keys that another instance made meanwhile', () => {
    const elsewhere = new SigningKeys(
      { directory, publishAhead: 0, retireAfter: minutes(15), warn: () => undefined },
      clock,
    );
    clock.advance(1_000);
    elsewhere.rotate();
    const issued = new JwtAccessTokens(jwt, elsewhere, clock, options).issue(claims).expose();
    clock.advance(15_000);
    expect(tokens.verify(issued)).toEqual(claims);
  });
});
