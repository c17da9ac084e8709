import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { signInAdministrator } from './support/administrator.js';
import { Client, type SignedIn } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { concretePath, operationsOf, type Operation } from './support/operations.js';
import { expectProblem } from './support/problem.js';

type Body = NonNullable<Operation['body']>;
type Target = Operation & { readonly body: Body };

/** A body in which every field is valid in form, so that only what a test puts in is what is refused. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  identifier: 'ada@example.com',
  channel: 'email',
  sessionId: 'abc',
  code: '123456',
  displayName: 'Ada',
  locale: 'en',
  refreshToken: 'abc',
  all: false,
  transport: 'bearer',
  name: 'sample',
  description: 'sample',
  permissions: ['users:read'],
  roles: ['user'],
  status: 'active',
  until: '2999-12-31T00:00:00Z',
  email: 'ada@example.com',
  replaces: '00000000-0000-4000-8000-000000000000',
};

const sampleOf = ({ fields }: Body): Record<string, unknown> =>
  Object.fromEntries(fields.map((name) => [name, SAMPLES[name] ?? 'sample']));

const textOf = (json: object): string => JSON.stringify(json).slice(1, -1);
const nested = (depth: number, open: string, close: string): string =>
  open.repeat(depth) + '1' + close.repeat(depth);

const WHOLE_BODIES: readonly (readonly [string, (body: Body) => string])[] = [
  ['an array', (body) => JSON.stringify([sampleOf(body)])],
  ['null', () => 'null'],
  ['a string', () => '"text"'],
  ['a number', () => '1e999'],
  ['an unknown field', (body) => JSON.stringify({ ...sampleOf(body), isAdmin: true })],
  [
    'a thousand unknown fields',
    () =>
      JSON.stringify(
        Object.fromEntries(
          Array(1_000)
            .fill(0)
            .map((_, i) => [`x${i}`, i]),
        ),
      ),
  ],
  ['__proto__', (body) => `{${textOf(sampleOf(body))},"__proto__":{"isAdmin":true}}`],
  ['__proto__ in escapes', (body) => `{${textOf(sampleOf(body))},"\\u005f_proto__":{"isAdmin":true}}`],
  ['constructor', (body) => `{${textOf(sampleOf(body))},"constructor":{"prototype":{"isAdmin":true}}}`],
  ['toString', (body) => `{${textOf(sampleOf(body))},"toString":"text"}`],
  ['a key twice', (body) => `{${textOf(sampleOf(body))},${textOf(sampleOf(body))}}`],
  ['half a body', (body) => JSON.stringify(sampleOf(body)).slice(0, -1)],
  ['something after the body', (body) => `${JSON.stringify(sampleOf(body))}{}`],
  ['a comment', (body) => `{/* */${textOf(sampleOf(body))}}`],
  ['no JSON', () => '<xml/>'],
  ['a NUL', () => '\0'],
  ['a byte order mark inside', () => '{\ufeff}'],
  ['arrays nested 30,000 deep', () => nested(30_000, '[', ']')],
  ['objects nested 9,000 deep', () => nested(9_000, '{"a":', '}')],
  ['brackets that never close', () => '[{"a":'.repeat(9_000)],
];

const LONG = 50_000;
/** What no field takes, whatever it is for. */
const FIELD_VALUES: readonly (readonly [string, unknown])[] = [
  ['a number', 42],
  ['an object', { $ne: null }],
  ['an array', ['ada@example.com']],
  ['an object that says that it is a string', { 0: 'a', length: 1 }],
  ['an empty string', ''],
  ['a NUL', 'a\0b'],
  ['CR and LF', 'a\r\nBcc: eve@example.com'],
  ['an escape sequence', '\u001b[2J'],
  ['half a surrogate pair', 'a\ud800b'],
  ['50 kB of letters', 'a'.repeat(LONG)],
  ['50 kB of digits', `+${'1'.repeat(LONG)}`],
  ['50 kB of an address', `${'a.'.repeat(LONG / 2)}@example.com`],
  ['50 kB of a domain', `a@${'a-'.repeat(LONG / 2)}.com`],
  ['50 kB of spaces', `a${' '.repeat(LONG)}b`],
  ['50 kB of hyphens', '-'.repeat(LONG)],
];

/** A password may be any text: it is hashed, and neither shown nor sent anywhere. */
const takesAnyText = (field: string): boolean => /password$/i.test(field);
const CONTROL = /\p{Cc}/u;

/** Each looks like ada@gmail.com or a phone number, and is not. */
const LOOK_ALIKES: readonly (readonly [string, string])[] = [
  ['a Cyrillic а before the at sign', '\u0430da@gmail.com'],
  ['a Cyrillic а in the domain', 'ada@gm\u0430il.com'],
  ['the same in its encoded form', 'ada@xn--gmil-63d.com'],
  ['a fullwidth at sign', 'ada\uff20gmail.com'],
  ['fullwidth letters', '\uff41da@gmail.com'],
  ['a fullwidth full stop', 'ada@gmail\uff0ecom'],
  ['an ideographic full stop', 'ada@gmail\u3002com'],
  ['a zero-width space', 'ada\u200b@gmail.com'],
  ['a zero-width joiner', 'ada@gm\u200dail.com'],
  ['a soft hyphen', 'ada@gm\u00adail.com'],
  ['a byte order mark', 'ada\ufeff@gmail.com'],
  ['a bidi override', 'ada@\u202emoc.liamg'],
  ['Arabic digits', '+\u0664\u0669\u0661\u0665\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668'],
  ['fullwidth digits', '+\uff14\uff19\uff11\uff15\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18'],
];

const MEDIA_TYPES = [
  'text/plain',
  'text/html',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/xml',
  'application/jsonp',
  'application/merge-patch+json',
  'application/octet-stream',
  'nonsense',
];

describe('Hostile input', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  let person: SignedIn;
  let targets: readonly Target[];
  beforeAll(async () => {
    gatehouse = await startGatehouse();
    client = new Client(gatehouse);
    // Whom every route lets in, so that it is the input that is refused.
    person = await signInAdministrator(gatehouse);
    const operations = await operationsOf(gatehouse);
    targets = operations
      .filter((operation): operation is Target => operation.body !== null)
      .map((target) => ({ ...target, path: concretePath(target.path.replace('{name}', 'user')) }));
    expect(targets.length).toBeGreaterThanOrEqual(8);
  });
  afterAll(() => gatehouse.stop());
  // Whatever came before: the process lives, the session too, nobody became anybody else, and no prototype changed.
  afterEach(async () => {
    const me = (await client.get('auth/me', person.accessToken).expect(200)).body;
    expect(me).toEqual(person.user);
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined();
    expect(gatehouse.log.join('')).not.toContain('request failed');
  });

  const send = async (
    { method, path }: Operation,
    text: string | Buffer,
    type = 'application/json',
  ): Promise<Response> =>
    gatehouse
      .request()
      [method](path)
      .auth(person.accessToken, { type: 'bearer' })
      .set('content-type', type)
      .serialize((body: string | Buffer) => body as string)
      .send(text);

  it.each(WHOLE_BODIES)('is refused as a body: %s', async (_what, make) => {
    for (const target of targets) expectProblem(await send(target, make(target.body)), 400);
  });

  it.each(FIELD_VALUES)('is refused in every field: %s', async (_what, value) => {
    for (const target of targets) {
      for (const field of target.body.fields) {
        if (takesAnyText(field) && typeof value === 'string' && CONTROL.test(value)) continue;
        const response = await send(target, JSON.stringify({ ...sampleOf(target.body), [field]: value }));
        expectProblem(response, 400);
        expect([target.path, response.body.errors]).toEqual([
          target.path,
          [{ field: expect.stringMatching(new RegExp(`^${field}`)), message: expect.any(String) }],
        ]);
      }
    }
  });

  it('is refused where it is not UTF-8, which would be read as the same mark whatever it was', async () => {
    for (const target of targets) {
      const [before, after] = JSON.stringify({
        ...sampleOf(target.body),
        [target.body.fields[0]!]: '|',
      }).split('|');
      const text = Buffer.concat([Buffer.from(before!), Buffer.from([0xe4]), Buffer.from(after!)]);
      expectProblem(await send(target, text), 400, 'malformed-json');
    }
  });

  it.each(LOOK_ALIKES)('is refused as an identifier: %s', async (_what, identifier) => {
    for (const target of targets.filter(({ body }) => body.fields.includes('identifier'))) {
      const response = await send(target, JSON.stringify({ ...sampleOf(target.body), identifier }));
      expectProblem(response, 400, 'invalid-identifier');
      expect(response.text).not.toContain(identifier);
    }
    expect(await client.outbox('ada@gmail.com')).toEqual([]);
  });

  it.each(MEDIA_TYPES)('is not read when it says that it is %s', async (type) => {
    for (const target of targets) {
      const response = await send(target, JSON.stringify(sampleOf(target.body)), type);
      expectProblem(response, 415, 'unsupported-media-type');
    }
  });

  it('of 1 MB is refused before it is read', async () => {
    for (const target of targets) {
      const text = JSON.stringify({ ...sampleOf(target.body), padding: 'x'.repeat(1_000_000) });
      expectProblem(await send(target, text), 413, 'body-too-large');
    }
  });

  it('of 1 MB that does not say how long it is, is not read to its end', async () => {
    for (const { method, path } of targets) {
      const request = gatehouse
        .request()
        [method](path)
        .auth(person.accessToken, { type: 'bearer' })
        .set('content-type', 'application/json')
        .set('transfer-encoding', 'chunked');
      for (let i = 0; i < 16; i++) request.write(' '.repeat(65_536));
      expectProblem(await request, 413, 'body-too-large');
    }
  });

  it('nested 100,000 deep is refused', async () => {
    for (const target of targets) expectProblem(await send(target, nested(100_000, '[', ']')), 413);
  });

  it('that is missing is missed, where something has to be there', async () => {
    for (const target of targets.filter(({ body }) => body.demands)) {
      const bare = gatehouse
        .request()
        [target.method](target.path)
        .auth(person.accessToken, { type: 'bearer' });
      expectProblem(await bare, 400, 'validation-failed');
      expectProblem(await send(target, ''), 400, 'validation-failed');
      expectProblem(await send(target, '{}'), 400, 'validation-failed');
    }
  });

  it.each([
    ['delete', 'sessions/1'],
    ['delete', 'sessions/__proto__'],
    ['delete', 'sessions/%00'],
    ['delete', `sessions/${'a'.repeat(2_000)}`],
    ['delete', "sessions/'%20OR%201=1--"],
    ['delete', 'sessions/..%2f..%2fetc%2fpasswd'],
    ['delete', 'users/me/identifiers/constructor'],
    ['get', 'sessions?limit=0'],
    ['get', 'sessions?limit=1e9'],
    ['get', 'sessions?limit=x'],
    ['get', 'sessions?limit=1&limit=2'],
    ['get', 'sessions?cursor=%00'],
    ['get', 'sessions?cursor[]=a'],
    ['get', 'sessions?cursor=AAAA'],
    ['get', 'sessions?other=1'],
    ['get', `sessions?cursor=${'a'.repeat(5_000)}`],
  ] as const)('is refused in a URL: %s %s', async (method, path) => {
    expectProblem(await client[method](path, person.accessToken), [400, 404, 414]);
  });
});
