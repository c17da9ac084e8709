import { createHistogram } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import autocannon from 'autocannon';
import { Pool } from 'undici';

export const CONNECTIONS = 64;
/** Milliseconds between two looks for a message. */
const READ_INTERVAL = 5;

/** Runs one load and fails on any answer that is not the expected one: errors are fast, and prove nothing. */
export async function load(name, options) {
  const result = await autocannon({ connections: CONNECTIONS, ...options });
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed > 0) throw new Error(`${name}: ${failed} of ${result.requests.total} requests failed`);
  return {
    perSecond: result.requests.total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
  };
}

export const plainGet = (url, seconds) => load(`GET ${url}`, { url, duration: seconds });

/** Requests on kept connections; anything but success is thrown. */
export class Client {
  #pool;

  constructor(base) {
    this.#pool = new Pool(base, { connections: CONNECTIONS });
  }

  get = (path) => this.#call({ method: 'GET', path });

  post = (path, body, token) =>
    this.#call({
      method: 'POST',
      path,
      headers: {
        'content-type': 'application/json',
        ...(token && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });

  close = () => this.#pool.close();

  /** By `dispatch`, which costs this process half of what `request` does: it shares its cores with the server. */
  #call(options) {
    return new Promise((resolve, reject) => {
      let status;
      const chunks = [];
      this.#pool.dispatch(options, {
        onRequestStart() {},
        onResponseStart: (_controller, statusCode) => void (status = statusCode),
        onResponseData: (_controller, chunk) => void chunks.push(chunk),
        onResponseEnd: () => {
          const text = Buffer.concat(chunks).toString();
          if (status < 300) resolve(text === '' ? undefined : JSON.parse(text));
          else reject(new Error(`${options.path} answered ${status}: ${text}`));
        },
        onResponseError: (_controller, error) => reject(error),
      });
    });
  }
}

/** One person after the other on each of the connections, until the time is up. */
export async function journeys(base, seconds, journey) {
  const client = new Client(base);
  const latency = createHistogram();
  const start = performance.now();
  const end = start + seconds * 1_000;
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (const step = await journey(client); performance.now() < end;) {
        const began = performance.now();
        await step();
        latency.record(Math.max(1, Math.round(performance.now() - began)));
      }
    }),
  );
  const elapsed = (performance.now() - start) / 1_000;
  await client.close();
  return { perSecond: latency.count / elapsed, p50: latency.percentile(50), p99: latency.percentile(99) };
}

let people = Math.floor(Math.random() * 1e8);
/** A German mobile number; one hundred million before the first one repeats. */
const newIdentifier = () => `+49151${(people++ % 1e8).toString().padStart(8, '0')}`;

/** A whole sign-in of a new person: ask for a code, read the message once it is there, spend the code. */
export async function signIn(client) {
  const identifier = newIdentifier();
  const { sessionId } = await client.post('/api/v1/auth/login/init', { identifier });
  for (;;) {
    // The message is sent after the answer: whoever looks at once looks in vain.
    await delay(READ_INTERVAL);
    const { items } = await client.get(`/dev/outbox.json?to=${encodeURIComponent(identifier)}`);
    if (items.length > 0) {
      return client.post('/api/v1/auth/login/verify', { sessionId, code: items[0].code });
    }
  }
}

/** Authenticated `GET auth/session`, by one hundred people at once. */
export async function sessionCheck(base, seconds) {
  const client = new Client(base);
  const people = await Promise.all(Array.from({ length: 100 }, () => signIn(client)));
  await client.close();
  return load('session check', {
    url: base,
    duration: seconds,
    requests: people.map(({ accessToken }) => ({
      path: '/api/v1/auth/session',
      headers: { authorization: `Bearer ${accessToken}` },
    })),
  });
}

export const codeFlows = (base, seconds) => journeys(base, seconds, async (client) => () => signIn(client));

/** Each connection spends a chain of refresh tokens of its own. */
export const refreshes = (base, seconds) =>
  journeys(base, seconds, async (client) => {
    let { refreshToken } = await signIn(client);
    return async () => {
      ({ refreshToken } = await client.post('/api/v1/auth/refresh', { refreshToken }));
    };
  });
