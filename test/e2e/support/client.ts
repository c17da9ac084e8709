import { randomInt, randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Test } from 'supertest';
import type { Gatehouse } from './gatehouse.js';

/** Milliseconds; only to end what would wait for ever. */
const PATIENCE = 15_000;

/** Asks again and again, without a pause, until the answer is neither undefined nor false. */
export async function until<T>(probe: () => Promise<T | undefined | false>, what: string): Promise<T> {
  for (const end = performance.now() + PATIENCE; performance.now() < end; await setImmediate()) {
    const answer = await probe();
    if (answer !== undefined && answer !== false) return answer;
  }
  throw new Error(`Waited in vain: ${what}`);
}

export const newEmail = (): string => `${randomUUID().slice(0, 13)}@example.com`;
export const newPhone = (): string => `+49151${randomInt(10_000_000, 99_999_999)}`;

/** A code of the right form that is not this one. */
export const otherThan = (code: string, distance = 1): string =>
  String((Number(code) + distance) % 1_000_000).padStart(6, '0');

export interface OutboxMessage {
  readonly id: string;
  readonly channel: string;
  readonly to: string;
  readonly template: string;
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
  readonly code: string | null;
  readonly createdAt: string;
}

export interface Challenge {
  readonly sessionId: string;
  readonly code: string;
}

export interface SignedIn {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly deviceToken: string;
  readonly session: { readonly id: string };
  readonly user: { readonly id: string; readonly identifiers: readonly { id: string; value: string }[] };
}

interface Call {
  readonly body?: object;
  readonly token?: string;
}

/** An app that talks to Gatehouse over HTTP, and a person who reads the messages. */
export class Client {
  constructor(private readonly gatehouse: Pick<Gatehouse, 'request'>) {}

  get(path: string, token?: string): Test {
    return this.#call('get', path, { ...(token !== undefined && { token }) });
  }

  post(path: string, body: object, token?: string): Test {
    return this.#call('post', path, { body, ...(token !== undefined && { token }) });
  }

  put(path: string, body: object, token: string): Test {
    return this.#call('put', path, { body, token });
  }

  delete(path: string, token: string): Test {
    return this.#call('delete', path, { token });
  }

  verify({ sessionId, code }: Challenge): Test {
    return this.post('auth/login/verify', { sessionId, code });
  }

  refresh(refreshToken: string): Test {
    return this.post('auth/refresh', { refreshToken });
  }

  /** What the check of an access token answers right now. */
  async session(token: string): Promise<number> {
    return (await this.get('auth/session', token)).status;
  }

  async outbox(to?: string): Promise<readonly OutboxMessage[]> {
    const response = await this.gatehouse
      .request()
      .get('/dev/outbox.json')
      .query(to === undefined ? {} : { to })
      .expect(200);
    return response.body.items as OutboxMessage[];
  }

  /** The message from this template that is newest, once there is one. */
  message(to: string, template: string): Promise<OutboxMessage> {
    return until(
      async () => (await this.outbox(to)).find((message) => message.template === template),
      `${template} for ${to}`,
    );
  }

  /** Asks for a code and waits for the message that it comes in. */
  async requestCode(
    identifier: string,
    { path = 'auth/login/init', body, token }: Call & { readonly path?: string } = {},
  ): Promise<Challenge> {
    const earlier = new Set((await this.outbox(identifier)).map(({ id }) => id));
    const response = await this.post(path, { identifier, ...body }, token).expect(202);
    const code = await until(
      async () =>
        (await this.outbox(identifier)).find(({ id, code }) => code !== null && !earlier.has(id))?.code ??
        undefined,
      `a code for ${identifier}`,
    );
    return { sessionId: response.body.sessionId, code };
  }

  async signIn(identifier: string): Promise<SignedIn> {
    return (await this.verify(await this.requestCode(identifier)).expect(200)).body as SignedIn;
  }

  requestToAdd(identifier: string, token: string): Promise<Challenge> {
    return this.requestCode(identifier, { path: 'users/me/identifiers', token });
  }

  confirm({ sessionId, code }: Challenge, token: string): Test {
    return this.post('users/me/identifiers/verify', { sessionId, code }, token);
  }

  #call(method: 'get' | 'post' | 'put' | 'delete', path: string, { body, token }: Call): Test {
    const test = this.gatehouse.request()[method](`/api/v1/${path}`);
    if (token !== undefined) test.auth(token, { type: 'bearer' });
    return body === undefined ? test : test.send(body);
  }
}

/** Sends them side by side, and gives what each was answered. */
export const inParallel = <T>(times: number, call: (index: number) => PromiseLike<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => call(index)));

/** How often each status was answered. */
export function tally(responses: readonly { readonly status: number }[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of responses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
