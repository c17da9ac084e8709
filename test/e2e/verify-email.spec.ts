import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hours } from '#domain/kernel';
import { Client, inParallel, newEmail, otherThan, tally, until } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';
import { newLetter, PASSWORD, register, tokenIn } from './support/mailed-links.js';
import { expectProblem } from './support/problem.js';

const PUBLIC_URL = 'https://id.example.test';

describe('The link that confirms an address', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  beforeAll(async () => {
    gatehouse = await startGatehouse({ env: { PUBLIC_URL, LINK_SENDS: '5' } });
    client = new Client(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  const verify = (token: string) => client.post('auth/verify-email', { token });
  const page = (token: string) => `/api/v1/auth/verify/${token}`;
  const signIn = (identifier: string) => client.post('auth/login', { identifier, password: PASSWORD });
  const resend = async (email: string): Promise<string> => {
    const earlier = new Set((await client.outbox(email)).map(({ id }) => id));
    await client.post('auth/verify-email/resend', { email }).expect(202);
    return tokenIn(await newLetter(client, email, 'verify-email', earlier));
  };

  it('activates the account, and signs nobody in', async () => {
    const email = newEmail();
    const { body, headers } = await verify(await register(client, email)).expect(200);
    expect(body).toEqual({ status: 'active', username: null });
    expect(headers['set-cookie']).toBeUndefined();
    await signIn(email).expect(200);
  });

  it('works once, also for 20 who use it at the same time', async () => {
    const token = await register(client, newEmail());
    const answers = await inParallel(20, () => verify(token));
    expect(tally(answers)).toEqual({ 200: 1, 401: 19 });
    for (const answer of answers.filter(({ status }) => status === 401)) {
      expectProblem(answer, 401, 'link-invalid');
    }
  });

  it('works for a day and not a millisecond longer', async () => {
    const email = newEmail();
    const token = await register(client, email);
    gatehouse.clock.advance(hours(24));
    expectProblem(await verify(token), 401, 'link-expired');
    expectProblem(await signIn(email), 401);
    await verify(await resend(email)).expect(200);
  });

  it('is replaced by the one that is mailed again', async () => {
    const email = newEmail();
    const older = await register(client, email);
    const newer = await resend(email);
    expectProblem(await verify(older), 401, 'link-invalid');
    await verify(newer).expect(200);
  });

  it('is no other link: altered, made up, or of another purpose', async () => {
    const email = newEmail();
    const token = await register(client, email);
    const { code } = await client.requestCode(newEmail());
    for (const other of [token.slice(1) + token[0]!, 'A'.repeat(64), otherThan(code).padEnd(64, 'x')]) {
      expectProblem(await verify(other), 401, 'link-invalid');
    }
    expectProblem(
      await client.post('auth/password/reset', { token, password: PASSWORD }),
      401,
      'link-invalid',
    );
    for (const malformed of ['', 'x'.repeat(65), `${token}\n`, { token }, 7]) {
      expectProblem(await client.post('auth/verify-email', { token: malformed }), 400, 'validation-failed');
    }
    await verify(token).expect(200);
  });

  it('is mailed again in the same words to anybody, whatever there is of the address', async () => {
    const [pending, active, unknown, twice] = [newEmail(), newEmail(), newEmail(), newEmail()];
    await register(client, pending);
    await client.signIn(active);
    for (let i = 0; i < 2; i++) await register(client, twice);
    const answers = [];
    for (const email of [pending, active, unknown, twice]) {
      const { status, headers, text } = await client.post('auth/verify-email/resend', { email });
      answers.push({ status, headers: Object.keys(headers).sort(), length: headers['content-length'], text });
    }
    expect(answers[0]).toMatchObject({ status: 202, text: '' });
    for (const answer of answers) expect(answer).toEqual(answers[0]);

    await client.message(active, 'already-registered');
    await client.requestCode(newEmail());
    expect(await client.outbox(unknown)).toEqual([]);
    // Neither of the two: whoever reads it could not tell which is theirs.
    expect((await client.outbox(twice)).map(({ template }) => template)).toEqual([
      'verify-email',
      'verify-email',
    ]);
  });

  it('does not fill a mailbox, and says so to nobody', async () => {
    const email = newEmail();
    await register(client, email);
    const answers = await inParallel(12, () => client.post('auth/verify-email/resend', { email }));
    expect(tally(answers)).toEqual({ 202: 12 });
    const mails = await until(async () => {
      const sent = (await client.outbox(email)).filter(({ template }) => template === 'verify-email');
      return sent.length >= 5 && sent;
    }, 'five mails');
    expect(mails).toHaveLength(5);
  });

  describe('opened in a browser', () => {
    it('shows a button, and spends nothing, however often a scanner opens it', async () => {
      const email = newEmail();
      const token = await register(client, email);
      for (let i = 0; i < 5; i++) {
        await gatehouse.request().head(page(token)).expect(200);
        const { text, headers } = await gatehouse.request().get(page(token)).expect(200);
        expect(headers['content-type']).toBe('text/html; charset=utf-8');
        expect(headers['cache-control']).toBe('no-store');
        expect(headers['referrer-policy']).toBe('no-referrer');
        expect(headers['content-security-policy']).toMatch(
          /^default-src 'none'; style-src 'nonce-[\w-]{22}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
        );
        expect(text).toContain('<form method="post">');
        expect(text).not.toMatch(/<script|https?:|src=|href=|javascript:/i);
      }
      expectProblem(await signIn(email), 401);
      await verify(token).expect(200);
    });

    it('looks the same for a link that never was: only the button asks', async () => {
      const plain = (html: string) => html.replaceAll(/nonce="[\w-]+"/g, '');
      const real = await gatehouse.request().get(page(await register(client, newEmail())));
      const invented = await gatehouse.request().get(page('A'.repeat(64)));
      expect(plain(invented.text)).toBe(plain(real.text));
    });

    it('confirms when the button is pressed, and says so, in the reader’s language', async () => {
      const email = newEmail();
      const token = await register(client, email);
      const press = (language: string) =>
        gatehouse
          .request()
          .post(page(token))
          .set('accept-language', language)
          .set('origin', 'null')
          .set('sec-fetch-site', 'same-origin')
          .type('form')
          .send('');
      const done = await press('de-AT,de;q=0.9').expect(200);
      expect(done.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(done.text).toContain('Adresse bestätigt');
      expect(done.text).not.toContain('<form');
      await signIn(email).expect(200);

      const again = await press('en').expect(401);
      expect(again.text).toContain('The link is not valid, or was used before.');
      expect(again.text).not.toContain('<form');
    });

    it('says in words what is wrong with it', async () => {
      const token = await register(client, newEmail());
      gatehouse.clock.advance(hours(24));
      const expired = await gatehouse.request().post(page(token)).type('form').expect(401);
      expect(expired.text).toContain('The link has expired.');
      for (const method of ['get', 'post'] as const) {
        const torn = await gatehouse
          .request()
          [method](page(token.slice(0, 40) + '%3Cb%3E'))
          .expect(400);
        expect(torn.text).toContain('not complete');
        expect(torn.text).not.toContain('<b>');
      }
    });

    it('takes a form there and nowhere else', async () => {
      const post = (path: string, body: string) => gatehouse.request().post(path).type('form').send(body);
      expectProblem(await post('/api/v1/auth/verify-email', 'token=x'), 415, 'unsupported-media-type');
      expectProblem(await post('/api/v1/auth/login', 'identifier=x'), 415, 'unsupported-media-type');
      const token = await register(client, newEmail());
      for (const body of ['__proto__=x', 'constructor=x', 'a=1&a=2', 'roles=admin']) {
        expect((await post(page(token), body)).status).toBe(body === 'roles=admin' ? 200 : 400);
      }
    });
  });

  it('leads to the configured origin, whatever a request says of its host', async () => {
    const email = newEmail();
    await gatehouse
      .request()
      .post('/api/v1/auth/register')
      .set('host', 'evil.example')
      .set('x-forwarded-host', 'evil.example')
      .set('x-forwarded-proto', 'http')
      .set('x-forwarded-server', 'evil.example')
      .set('forwarded', 'host=evil.example;proto=http')
      .set('x-original-url', 'https://evil.example/')
      .set('origin', 'https://evil.example')
      .set('referer', 'https://evil.example/')
      .send({ email, password: PASSWORD })
      .expect(201);
    const { text, html } = await client.message(email, 'verify-email');
    expect(text).toContain(`\n${PUBLIC_URL}/api/v1/auth/verify/${tokenIn({ text })}\n`);
    expect(html).toContain(`href="${PUBLIC_URL}/api/v1/auth/verify/${tokenIn({ text })}"`);
    for (const part of [text, html!]) expect(part).not.toContain('evil');
  });

  it('is written to no log', async () => {
    const email = newEmail();
    const token = await register(client, email);
    await gatehouse.request().get(page(token)).expect(200);
    await verify(`${token.slice(0, -1)}A`);
    await gatehouse.request().post(page(token)).type('form').expect(200);
    const log = gatehouse.log.join('');
    for (const secret of [token, token.slice(22), email, PASSWORD]) expect(log).not.toContain(secret);
  });
});
