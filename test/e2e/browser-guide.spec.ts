import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { minutes } from '#domain/kernel';
import { Browser } from './support/browser.js';
import { Client, newEmail } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';

const guide = readFileSync(join(import.meta.dirname, '../../docs/guides/browser-apps.md'), 'utf8');
const example = (language: string): string => guide.split(`\`\`\`${language}\n`)[1]!.split('```')[0]!;

type Page = (page: {
  readonly document: { readonly cookie: string };
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly prompt: () => string;
}) => Promise<void>;

const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as new (
  ...source: string[]
) => Page;

describe('The guide to browser apps', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  beforeAll(async () => {
    gatehouse = await startGatehouse();
    client = new Client(gatehouse);
  });
  afterAll(() => gatehouse.stop());

  it('has a client that signs in, goes on when its access token has expired, and signs out', async () => {
    const browser = new Browser(gatehouse);
    const calls: string[] = [];
    let code = '';
    const run = new AsyncFunction('{ document, fetch, prompt }', example('js'));
    await run({
      document: {
        get cookie() {
          const readable = [...browser.cookies.values()].filter(({ httpOnly }) => !httpOnly);
          return readable.map(({ name, value }) => `${name}=${value}`).join('; ');
        },
      },
      prompt: () => code,
      async fetch(url, { method, headers, body }) {
        if (calls.length === 3) gatehouse.clock.advance(minutes(20));
        const path = url.replace('/api/v1/', '');
        const response = await browser.send(method!.toLowerCase() as 'get', path, {
          csrf: null,
          headers: headers as Record<string, string>,
          ...(typeof body === 'string' && { body: JSON.parse(body) as object }),
        });
        calls.push(`${method} ${path} ${response.status}`);
        if (path === 'auth/login/init') code = (await client.message('ada@example.com', 'otp-code')).code!;
        return new Response(response.status === 204 ? null : response.text, { status: response.status });
      },
    });
    expect(calls).toEqual([
      'POST auth/login/init 202',
      'POST auth/login/verify 200',
      'GET users/me 200',
      'PUT users/me 401',
      'POST auth/refresh 200',
      'PUT users/me 200',
      'POST auth/logout 204',
    ]);
    expect(browser.sessionCookies).toEqual([]);
  });

  it('has lines for a shell that sign in, change something, refresh and sign out', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-jar-'));
    try {
      const { sessionId, code } = await client.requestCode(newEmail());
      const env = { API: `http://localhost:${gatehouse.port}/api/v1`, CHALLENGE: sessionId, CODE: code };
      const lines = example('sh').replaceAll('curl -s', 'curl -4 -sS --fail');
      const { stdout } = await promisify(execFile)('sh', ['-ec', lines], {
        cwd: folder,
        env: { ...process.env, ...env },
      });
      expect(stdout).toContain('"displayName":"Ada"');
      expect(stdout.match(/"csrfToken"/g)).toHaveLength(2);
      expect(stdout).not.toMatch(/eyJ|ghr_/);
      expect(await readFile(join(folder, 'jar'), 'utf8')).not.toContain('__Host-csrf');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
