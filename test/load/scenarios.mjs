import autocannon from 'autocannon';

const JSON_HEADERS = { 'content-type': 'application/json' };
const post = (body, token) => ({
  method: 'POST',
  headers: token ? { ...JSON_HEADERS, authorization: `Bearer ${token}` } : JSON_HEADERS,
  body: JSON.stringify(body),
});

/** Runs one load and fails on any answer that is not the expected one: errors are fast, and prove nothing. */
async function load(name, options) {
  const result = await autocannon({ connections: 64, workers: undefined, ...options });
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed > 0) throw new Error(`${name}: ${failed} of ${result.requests.total} requests failed`);
  return {
    perSecond: result.requests.total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
  };
}

export const plainGet = (url, seconds) => load(`GET ${url}`, { url, duration: seconds });

async function call(url, options) {
  const response = await fetch(url, options);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

async function codeSentTo(base, identifier) {
  for (;;) {
    const { items } = await call(`${base}/dev/outbox.json?to=${encodeURIComponent(identifier)}`);
    const code = items.find((message) => message.code)?.code;
    if (code) return code;
  }
}

let people = Math.floor(Math.random() * 1e8);
/** A German mobile number; one hundred million before the first one repeats. */
const newIdentifier = () => `+49151${(people++ % 1e8).toString().padStart(8, '0')}`;

export async function signIn(base) {
  const identifier = newIdentifier();
  const api = `${base}/api/v1/auth/login`;
  const { sessionId } = await call(`${api}/init`, post({ identifier }));
  return call(`${api}/verify`, post({ sessionId, code: await codeSentTo(base, identifier) }));
}

/** Authenticated `GET auth/session`, by one hundred people at once. */
export async function sessionCheck(base, seconds) {
  const people = await Promise.all(Array.from({ length: 100 }, () => signIn(base)));
  return load('session check', {
    url: base,
    duration: seconds,
    requests: people.map(({ accessToken }) => ({
      path: '/api/v1/auth/session',
      headers: { authorization: `Bearer ${accessToken}` },
    })),
  });
}

/**
 * Whole sign-ins of new people: ask for a code, read the message, spend the code. Each connection reads the
 * code of the person before the one it has just asked for, so that it does not race the delivery.
 */
export async function codeFlows(base, seconds) {
  const api = '/api/v1/auth/login';
  const result = await load('one-time-code flows', {
    url: base,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        path: `${api}/init`,
        headers: JSON_HEADERS,
        setupRequest: (request, context) => {
          const identifier = newIdentifier();
          context.waiting ??= [];
          context.next = { identifier };
          return { ...request, body: JSON.stringify({ identifier }) };
        },
        onResponse: (_status, body, context) => {
          context.next.sessionId = JSON.parse(body).sessionId;
          context.waiting.push(context.next);
        },
      },
      {
        path: '/dev/outbox.json',
        setupRequest: (request, context) => {
          const { identifier } = context.waiting.length > 3 ? context.waiting[0] : { identifier: 'nobody' };
          return { ...request, path: `/dev/outbox.json?to=${encodeURIComponent(identifier)}` };
        },
        onResponse: (_status, body, context) => {
          context.code = JSON.parse(body).items.find(({ code }) => code)?.code;
        },
      },
      {
        method: 'POST',
        path: `${api}/verify`,
        headers: JSON_HEADERS,
        setupRequest: (request, context) => {
          if (!context.code) return { ...request, method: 'GET', path: '/health' };
          const { sessionId } = context.waiting.shift();
          return { ...request, body: JSON.stringify({ sessionId, code: context.code }) };
        },
        onResponse: (status, _body, context) => {
          if (context.code && status === 200) completed++;
          context.code = undefined;
        },
      },
    ],
  });
  const flows = completed;
  completed = 0;
  return { ...result, perSecond: flows / seconds };
}
let completed = 0;

/** Each connection spends its own chain of refresh tokens. */
export async function refreshes(base, seconds) {
  const chains = (await Promise.all(Array.from({ length: 64 }, () => signIn(base)))).map(
    ({ refreshToken }) => refreshToken,
  );
  return load('refreshes', {
    url: base,
    duration: seconds,
    requests: [
      {
        method: 'POST',
        path: '/api/v1/auth/refresh',
        headers: JSON_HEADERS,
        setupRequest: (request, context) => {
          context.refreshToken ??= chains.pop();
          return { ...request, body: JSON.stringify({ refreshToken: context.refreshToken }) };
        },
        onResponse: (status, body, context) => {
          if (status === 200) context.refreshToken = JSON.parse(body).refreshToken;
        },
      },
    ],
  });
}
