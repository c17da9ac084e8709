import { parseSetCookie, type SetCookie } from 'cookie';
import type { Response } from 'supertest';
import type { Challenge } from './client.js';
import type { Gatehouse } from './gatehouse.js';

export const OWN_ORIGIN = 'https://id.example.com';

/** What browsers send of the page that makes a request. */
export const SAME_ORIGIN = { origin: OWN_ORIGIN, 'sec-fetch-site': 'same-origin' } as const;

interface Sent {
  readonly body?: object;
  /** Null sends no CSRF token; without it, the one from the cookie is sent. */
  readonly csrf?: string | null;
  /** In place of those of a page from the same origin. */
  readonly from?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Keeps cookies as a browser does, and refuses those that a browser refuses. */
export class Browser {
  readonly cookies = new Map<string, SetCookie>();

  constructor(private readonly gatehouse: Pick<Gatehouse, 'request'>) {}

  /** What stands for a session; the device stays known after it. */
  get sessionCookies(): readonly string[] {
    return [...this.cookies.keys()].filter((name) => !name.endsWith('-device'));
  }

  cookie(purpose: string): string | undefined {
    return [...this.cookies].find(([name]) => name.endsWith(`-${purpose}`))?.[1].value;
  }

  get(path: string, sent: Sent = {}): Promise<Response> {
    return this.send('get', path, sent);
  }

  post(path: string, sent: Sent = {}): Promise<Response> {
    return this.send('post', path, sent);
  }

  async send(
    method: 'get' | 'post' | 'put' | 'delete' | 'head',
    path: string,
    sent: Sent = {},
  ): Promise<Response> {
    const response = await this.request(method, path, sent);
    for (const line of setCookies(response)) this.#keep(parseSetCookie(line));
    return response;
  }

  /** As `send`, without keeping what comes back. */
  async request(
    method: 'get' | 'post' | 'put' | 'delete' | 'head',
    path: string,
    { body, csrf, from = SAME_ORIGIN, headers = {} }: Sent = {},
  ): Promise<Response> {
    const url = `/api/v1/${path}`;
    const test = this.gatehouse.request()[method](url);
    const cookie = this.cookieHeader(url);
    if (cookie) test.set('cookie', cookie);
    const token = csrf === undefined ? this.cookie('csrf') : csrf;
    if (token && method !== 'get' && method !== 'head') test.set('x-csrf-token', token);
    test.set(from).set(headers);
    return body === undefined ? test : test.send(body);
  }

  signIn(challenge: Challenge): Promise<Response> {
    return this.post('auth/login/verify', { body: { ...challenge, transport: 'cookie' } });
  }

  cookieHeader(url: string): string {
    return [...this.cookies.values()]
      .filter(({ path = '/' }) => url.startsWith(path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ');
  }

  #keep(cookie: SetCookie): void {
    const { name, secure, path, domain, maxAge } = cookie;
    const isRefused =
      (/^__(Host|Secure)-/.test(name) && !secure) ||
      (name.startsWith('__Host-') && (path !== '/' || domain !== undefined));
    if (isRefused) throw new Error(`No browser takes ${name}`);
    if (maxAge === undefined || maxAge > 0) this.cookies.set(name, cookie);
    else this.cookies.delete(name);
  }
}

export const setCookies = ({ headers }: Response): readonly string[] =>
  (headers['set-cookie'] as unknown as readonly string[] | undefined) ?? [];
