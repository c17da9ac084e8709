import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { SigningKeys } from '#adapters/crypto';
import { minutes } from '#domain/kernel';
import { Client, newEmail, type SignedIn } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { expectProblem } from './support/problem.js';

type Claims = Record<string, unknown>;
const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part: string | undefined): Claims =>
  JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Claims;

const es256 = (text: string, key: KeyObject): string =>
  sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url');
const hs256 = (text: string, secret: string | Buffer): string =>
  createHmac('sha256', secret).update(text).digest('base64url');

describe('An access token', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  let person: SignedIn;
  let keys: SigningKeys;
  let genuine: { readonly header: Claims; readonly claims: Claims };
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });

  beforeAll(async () => {
    gatehouse = await startGatehouse();
    client = new Client(gatehouse);
    keys = gatehouse.app.get(SigningKeys, { strict: false });
  });
  afterAll(() => gatehouse.stop());
  beforeEach(async () => {
    person = await client.signIn(newEmail());
    const [header, claims] = person.accessToken.split('.');
    genuine = { header: decode(header), claims: decode(claims) };
  });

  /** Signed as ours are, by our own key unless told otherwise. */
  const forge = (
    changes: { readonly header?: Claims; readonly claims?: Claims } = {},
    signature: (text: string) => string = (text) => es256(text, keys.current.privateKey),
  ): string => {
    const header = { ...genuine.header, ...changes.header };
    const claims = { ...genuine.claims, ...changes.claims };
    const text = `${encode(header)}.${encode(claims)}`;
    return `${text}.${signature(text)}`;
  };

  const refuse = async (token: string): Promise<void> => {
    const response = await client.get('auth/session', token);
    expectProblem(response, 401);
    expect(response.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    expect(token === '' || !response.text.includes(token)).toBe(true);
  };

  it('made here as the service makes them is taken: what follows is refused for its one difference', async () => {
    expect(await client.session(forge())).toBe(200);
    expect(await client.session(person.accessToken)).toBe(200);
  });

  it.each(['none', 'None', 'NONE', 'nOnE', ''])('without a signature is refused: alg "%s"', async (alg) => {
    await refuse(forge({ header: { alg } }, () => ''));
    await refuse(forge({ header: { alg } }));
  });

  it('whose MAC was made with the public key is refused, in every form that the key is published in', async () => {
    const { publicKey, publicPem } = keys.current;
    const secrets = [
      publicPem,
      publicPem.trim(),
      publicKey.export({ type: 'spki', format: 'der' }),
      JSON.stringify(keys.jwks().keys[0]),
      JSON.stringify(publicKey.export({ format: 'jwk' })),
      '',
    ];
    for (const secret of secrets) {
      for (const alg of ['HS256', 'ES256'])
        await refuse(forge({ header: { alg } }, (text) => hs256(text, secret)));
    }
  });

  it.each(['ES384', 'RS256', 'PS256', 'EdDSA', 'es256', 42, null, ['ES256']])(
    'that names another algorithm is refused: %j',
    async (alg) => {
      await refuse(forge({ header: { alg } }));
    },
  );

  it('of a stranger’s key is refused, whatever its header says of the key', async () => {
    const sign = (text: string) => es256(text, stranger.privateKey);
    const jwk = stranger.publicKey.export({ format: 'jwk' });
    const pem = stranger.publicKey.export({ type: 'spki', format: 'pem' });
    const headers: Claims[] = [
      {},
      { kid: 'foreign' },
      { kid: undefined },
      { jwk },
      { kid: undefined, jwk },
      { jku: 'http://127.0.0.1:1/jwks.json' },
      { x5u: 'http://127.0.0.1:1/cert.pem' },
      { x5c: [pem] },
      { kid: '../../../../dev/null' },
      { kid: '__proto__' },
      { kid: { toString: 'x' } },
      { kid: "' OR 1=1 --" },
    ];
    for (const header of headers) await refuse(forge({ header }, sign));
    for (const kid of ['foreign', undefined, null, 7, [keys.current.kid]])
      await refuse(forge({ header: { kid } }));
  });

  it.each<[string, Claims]>([
    ['issuer', { iss: 'https://elsewhere.example' }],
    ['issuer, left out', { iss: undefined }],
    ['audience', { aud: 'elsewhere' }],
    ['audience, left out', { aud: undefined }],
    ['expiry, left out', { exp: undefined }],
    ['expiry, not a number', { exp: '9999999999' }],
    ['time of issue, left out', { iat: undefined }],
    ['session, left out', { sid: undefined }],
    ['session, unknown', { sid: '00000000-0000-4000-8000-000000000000' }],
    ['subject, left out', { sub: undefined }],
    ['subject, another', { sub: '00000000-0000-4000-8000-000000000000' }],
  ])('signed by the service is refused for its %s', async (_what, claims) => {
    await refuse(forge({ claims }));
  });

  it.each(['JWT', 'jwt', 'id+jwt', 'AT+JWS', undefined, null])(
    'of another type is refused: %j',
    async (typ) => {
      await refuse(forge({ header: { typ } }));
    },
  );

  it('that mixes one person and another’s session is refused', async () => {
    const other = await client.signIn(newEmail());
    await refuse(forge({ claims: { sid: other.session.id } }));
    await refuse(forge({ claims: { sub: other.user.id } }));
    expect(await client.session(other.accessToken)).toBe(200);
  });

  it('that is not valid yet is refused', async () => {
    const soon = Math.floor(gatehouse.clock.now().getTime() / 1_000) + 60;
    await refuse(forge({ claims: { iat: soon, exp: soon + 900 } }));
    await refuse(forge({ claims: { nbf: soon } }));
  });

  it('is refused from the moment it expires, though it was taken a moment before', async () => {
    const exp = Number(genuine.claims['exp']);
    expect(await client.session(person.accessToken)).toBe(200);
    gatehouse.clock.advance(exp * 1_000 - gatehouse.clock.now().getTime());
    await refuse(person.accessToken);
    await refuse(forge({ claims: { iat: exp - 900 } }));
  });

  it('whose key has retired is refused', async () => {
    const { kid } = keys.current;
    const sign = keys.current.privateKey;
    gatehouse.clock.advance(1);
    keys.rotate();
    gatehouse.clock.advance(minutes(30));
    const now = Math.floor(gatehouse.clock.now().getTime() / 1_000);
    await refuse(
      forge({ header: { kid }, claims: { iat: now, exp: now + 900 } }, (text) => es256(text, sign)),
    );
    const header = { kid: keys.current.kid };
    expect(await client.session(forge({ header, claims: { iat: now, exp: now + 900 } }))).toBe(200);
  });

  it('is refused in part, in pieces, and with anything added', async () => {
    const token = person.accessToken;
    const [header, claims, signature] = token.split('.') as [string, string, string];
    const mangled = [
      token.slice(0, -1),
      token.slice(1),
      `${header}.${claims}`,
      `${header}.${claims}.`,
      `.${claims}.${signature}`,
      `${header}..${signature}`,
      `${token}.${signature}`,
      `${token}A`,
      `${header}.${claims}.${signature.slice(0, -4)}AAAA`,
      `${header}.${encode({ ...genuine.claims, roles: ['admin'] })}.${signature}`,
      `${token}, ${token}`,
      `${token} ${token}`,
    ];
    for (const each of mangled) await refuse(each);
  });

  it.each([
    ['nothing', ''],
    ['a word', 'x'],
    ['dots', '...'],
    ['JSON', '{"alg":"none"}'],
    ['JSON in Base64', encode({ alg: 'none' })],
    ['a header that is null', `${Buffer.from('null').toString('base64url')}.e30.AA`],
    [
      'a header with __proto__',
      `${Buffer.from('{"__proto__":{"alg":"ES256"}}').toString('base64url')}.e30.AA`,
    ],
    ['5 kB', `${'a'.repeat(5_000)}.e30.AA`],
    ['Latin-1', '\u00e4\u00f6\u00fc'],
    ['a path', '../../etc/passwd'],
  ])('that is none is refused: %s', async (_what, token) => {
    await refuse(token);
  });

  it('of 50 kB is refused, and nothing of it repeated', async () => {
    const response = await client.get('auth/session', 'a'.repeat(50_000));
    expectProblem(response, [401, 431]);
    expect(response.text.length).toBeLessThan(1_000);
    expect(await client.session(person.accessToken)).toBe(200);
  });

  it.each([
    ['no header', undefined],
    ['an empty header', ''],
    ['another scheme', 'Basic YTpi'],
    ['no scheme', 'TOKEN'],
    ['a quoted token', 'Bearer "TOKEN"'],
  ])('is asked for when there is %s', async (_what, authorization) => {
    const request = gatehouse.request().get('/api/v1/auth/session');
    if (authorization !== undefined)
      request.set('authorization', authorization.replace('TOKEN', person.accessToken));
    const response = await request;
    expectProblem(response, 401);
    expect(response.headers['www-authenticate']).toMatch(/^Bearer/);
  });

  it('counts in the Authorization header only', async () => {
    const { accessToken: token } = person;
    const response = await gatehouse
      .request()
      .get(`/api/v1/auth/session?access_token=${token}&token=${token}`)
      .set('cookie', `access_token=${token}; token=${token}`)
      .set('x-access-token', token);
    expectProblem(response, 401, 'token-missing');
  });

  it('never reaches the log, good or bad', async () => {
    await refuse(`${person.accessToken}A`);
    expect(await client.session(person.accessToken)).toBe(200);
    expect(gatehouse.log.join('')).not.toContain(person.accessToken);
  });
});
