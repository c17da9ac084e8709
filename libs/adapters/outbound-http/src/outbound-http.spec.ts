import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createNetServer, type AddressInfo, type Socket } from 'node:net';
import type { Resolve } from './guarded-connector.js';
import { OutboundHttp, type OutboundOptions, type OutboundRequest } from './outbound-http.js';

let server: Server;
let port: number;
let requests: IncomingMessage[];
let answer: (response: ServerResponse, request: IncomingMessage) => void;

beforeEach(async () => {
  requests = [];
  answer = (response) => response.end('hello');
  server = createServer((request, response) => {
    requests.push(request);
    answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const open = (options?: OutboundOptions): OutboundHttp => new OutboundHttp(options);
const trusting = (options: OutboundOptions = {}): OutboundHttp =>
  open({ trusted: [`http://127.0.0.1:${port}/base`], ...options });
const get = (url: string, timeout = 5_000): OutboundRequest => ({ method: 'GET', url, timeout });
const here = (path = '/'): string => `http://127.0.0.1:${port}${path}`;
const refusal = (reason: string) => expect.objectContaining({ name: 'OutboundError', reason });

/** Answers each question with the next of the lists. */
const scripted = (...answers: readonly string[][]): { resolve: Resolve; asked: string[] } => {
  const asked: string[] = [];
  return {
    asked,
    resolve: (hostname, done) => {
      const addresses = answers[asked.push(hostname) - 1] ?? [];
      done(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    },
  };
};

describe('An operator’s own destination', () => {
  it('may be on this machine, and is asked what it is asked', async () => {
    answer = (response, request) => request.pipe(response.writeHead(201));
    const headers = { 'content-type': 'text/plain' };
    const sent = await trusting().send({
      method: 'POST',
      url: here('/a?b'),
      headers,
      body: 'ö',
      timeout: 5_000,
    });
    expect(sent).toEqual({ status: 201, body: 'ö' });
    expect(requests[0]).toMatchObject({ method: 'POST', url: '/a?b' });
    expect(requests[0]!.headers).toMatchObject(headers);
  });

  it('does not open another port or scheme of its host', async () => {
    const elsewhere = open({ trusted: [`http://127.0.0.1:${port + 1}`, `https://127.0.0.1:${port}`] });
    await expect(elsewhere.send(get(here()))).rejects.toEqual(refusal('address-refused'));
    expect(requests).toEqual([]);
  });

  it('answers a redirect, which is not followed', async () => {
    answer = (response) => response.writeHead(302, { location: here('/elsewhere') }).end();
    expect(await trusting().send(get(here()))).toMatchObject({ status: 302 });
    expect(requests).toHaveLength(1);
  });

  it('keeps its connection for the next request', async () => {
    const client = trusting();
    await client.send(get(here()));
    // The connection is free a moment after its answer is.
    await new Promise(setImmediate);
    await client.send(get(here()));
    expect(requests[0]!.socket === requests[1]!.socket).toBe(true);
  });
});

describe('A destination that anybody may have chosen', () => {
  it.each([
    (at: number) => `http://127.0.0.1:${at}/`,
    (at: number) => `http://127.1:${at}/`,
    (at: number) => `http://2130706433:${at}/`,
    (at: number) => `http://0x7f.0.0.1:${at}/`,
    (at: number) => `http://0177.0.0.1:${at}/`,
    (at: number) => `http://①②⑦.0.0.1:${at}/`,
    (at: number) => `http://[::ffff:127.0.0.1]:${at}/`,
    (at: number) => `http://[::1]:${at}/`,
    (at: number) => `http://0.0.0.0:${at}/`,
    (at: number) => `http://localhost:${at}/`,
    (at: number) => `http://LOCALHOST:${at}/`,
    () => `http://169.254.169.254/latest/meta-data/`,
    () => `https://10.0.0.1/`,
  ])('is not near, however it is written: %#', async (url) => {
    await expect(open().send(get(url(port)))).rejects.toEqual(refusal('address-refused'));
    expect(requests).toEqual([]);
  });

  it.each([
    'file:///etc/passwd',
    'ftp://example.com/',
    'gopher://example.com/',
    'data:,x',
    'unix:/run/docker.sock',
    'http://user:secret@example.com/',
    'http://user@example.com/',
    'not a url',
    '',
  ])('is an http URL without credentials: %j', async (url) => {
    const error = await open()
      .send(get(url))
      .catch((reason: unknown) => reason);
    expect(error).toEqual(refusal('url-refused'));
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toMatch(/secret|passwd/);
  });

  it.each([[['127.0.0.1']], [['10.1.2.3', '::1']], [['fd00::1']], [[]]])(
    'is refused when its name stands for %j',
    async (addresses) => {
      const { resolve } = scripted(addresses);
      await expect(open({ resolve }).send(get(`http://inner.example:${port}/`))).rejects.toEqual(
        refusal('address-refused'),
      );
      expect(requests).toEqual([]);
    },
  );

  it('is asked for once: a name that turns to this machine after the check changes nothing', async () => {
    // Of the internet, but given to nobody.
    const { resolve, asked } = scripted(['2d00::1'], ['127.0.0.1']);
    const client = open({ resolve, connectTimeout: 50 });
    await expect(client.send(get(`http://rebinding.example:${port}/`))).rejects.toMatchObject({
      reason: expect.stringMatching(/^(timeout|unreachable)$/),
    });
    expect(asked).toEqual(['rebinding.example']);
    expect(requests).toEqual([]);
    await expect(client.send(get(`http://rebinding.example:${port}/`))).rejects.toEqual(
      refusal('address-refused'),
    );
  });
});

describe('A peer that misbehaves', () => {
  it.each<[string, string, (response: ServerResponse) => void]>([
    ['timeout', 'does not answer', () => undefined],
    ['timeout', 'goes on for ever', (response) => void response.write('x')],
    [
      'timeout',
      'sends its headers letter by letter',
      (response) => void response.socket!.write('HTTP/1.1 20'),
    ],
    ['too-large', 'answers too much', (response) => void response.end('x'.repeat(3_000))],
    [
      'too-large',
      'does not say how much',
      (response) => (response.write('x'), response.end('x'.repeat(3_000))),
    ],
    [
      'unreachable',
      'breaks off',
      (response) => (response.write('x'), setImmediate(() => response.destroy())),
    ],
    ['unreachable', 'hangs up', (response) => response.destroy()],
    [
      'unreachable',
      'has endless headers',
      (response) => response.writeHead(200, { x: 'x'.repeat(99_999) }).end(),
    ],
    ['unreachable', 'speaks something else', (response) => void response.socket!.end('220 mail ready\r\n')],
  ])('%s: one that %s', async (reason, _what, behaviour) => {
    answer = behaviour;
    const client = trusting({ maxAnswer: 2_000 });
    await expect(client.send(get(here(), reason === 'timeout' ? 50 : 5_000))).rejects.toEqual(
      refusal(reason),
    );
  });

  it('is not waited for where it accepts nothing', async () => {
    const client = trusting();
    await new Promise((resolve) => server.close(resolve));
    await expect(client.send(get(here()))).rejects.toEqual(refusal('unreachable'));
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['answers too much', (response) => void response.end('x'.repeat(300_000))],
    ['goes on for ever', (response) => void response.write('x')],
    ['breaks off', (response) => (response.write('x'), setImmediate(() => response.destroy()))],
  ])(
    'has answered with its status, where nothing else is asked for: one that %s',
    async (_what, behaviour) => {
      answer = behaviour;
      const sent = trusting({ maxAnswer: 2_000 }).send({ ...get(here()), statusOnly: true });
      expect(await sent).toEqual({ status: 200, body: '' });
    },
  );

  it('keeps the connection whose answer was nothing but a status', async () => {
    const client = trusting();
    for (let i = 0; i < 2; i++) {
      await client.send({ ...get(here()), statusOnly: true });
      await new Promise(setImmediate);
    }
    expect(requests[0]!.socket === requests[1]!.socket).toBe(true);
  });

  it('is not waited for longer than was said while it is being connected to', async () => {
    const silent = createNetServer();
    const connected = new Promise<Socket>((resolve) => silent.once('connection', resolve));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    const client = open({ trusted: [url], connectTimeout: 60_000 });
    await expect(client.send(get(url, 50))).rejects.toEqual(refusal('timeout'));
    (await connected).destroy();
    silent.close();
  });

  it('keeps nobody waiting for a turn longer than they said', async () => {
    answer = () => undefined;
    const client = trusting({ concurrency: 1 });
    const long = client.send(get(here(), 60_000)).catch((error: unknown) => error);
    await expect(client.send(get(here(), 50))).rejects.toEqual(refusal('timeout'));
    server.closeAllConnections();
    expect(await long).toEqual(refusal('unreachable'));
  });

  it('holds only so many requests at a time, and few behind them', async () => {
    const waiting: ServerResponse[] = [];
    const arrived = Promise.withResolvers<void>();
    answer = (response) => {
      if (waiting.push(response) === 2) arrived.resolve();
    };
    const client = trusting({ concurrency: 2 });
    const sent = Array.from({ length: 2 + 32 }, () => client.send(get(here())));
    await arrived.promise;
    await expect(client.send(get(here()))).rejects.toEqual(refusal('busy'));
    expect(waiting).toHaveLength(2);
    answer = (response) => response.end();
    waiting.forEach((response) => response.end());
    expect((await Promise.all(sent)).map(({ status }) => status)).toEqual(Array(34).fill(200));
  });

  it('does not hold those that gave up waiting for their turn', async () => {
    answer = () => undefined;
    const client = trusting({ concurrency: 1 });
    const sent = [client.send(get(here(), 50)), client.send(get(here(), 50))];
    for (const each of sent) await expect(each).rejects.toEqual(refusal('timeout'));
    expect(requests).toHaveLength(1);
  });
});
