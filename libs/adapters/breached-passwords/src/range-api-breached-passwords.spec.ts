import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Secret } from '#domain/kernel';
import { RangeApiBreachedPasswords } from './range-api-breached-passwords.js';
import { sha1Hex } from './sha1-hex.js';

describe('asking the range API', () => {
  let server: Server;
  let requests: IncomingMessage[];
  let answer: (response: ServerResponse) => void;
  let reasons: string[];
  let baseUrl: string;

  const suffix = sha1Hex('password').slice(5);

  beforeEach(async () => {
    [requests, reasons] = [[], []];
    server = createServer((request, response) => {
      requests.push(request);
      answer(response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const check = (timeout = 5_000) =>
    new RangeApiBreachedPasswords({
      baseUrl: `${baseUrl}/`,
      onUnavailable: (reason) => reasons.push(reason),
      timeout,
    }).check(new Secret('password'));

  it('tells a fraction of the hash and no more, and asks for padding', async () => {
    answer = (response) => response.end(`${'0'.repeat(35)}:1\r\n${suffix}:42\r\n`);
    expect(await check()).toBe('breached');
    expect(requests.map(({ url, method }) => [method, url])).toEqual([['GET', '/range/5BAA6']]);
    expect(requests[0]!.headers['add-padding']).toBe('true');
    expect(JSON.stringify(requests[0]!.rawHeaders)).not.toContain(suffix);
  });

  it.each([
    ['other suffixes', `${'0'.repeat(35)}:1\r\n`],
    ['padding', `${suffix}:0\r\n`],
    ['nothing', ''],
  ])('finds nothing in %s', async (_what, text) => {
    answer = (response) => response.end(text);
    expect(await check()).toBe('not-found');
    expect(reasons).toEqual([]);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['an error', (response) => response.writeHead(500).end('broken')],
    ['a limit', (response) => response.writeHead(429, { 'retry-after': '2' }).end()],
    ['a redirect', (response) => response.writeHead(302, { location: `${baseUrl}/elsewhere` }).end()],
    ['a broken connection', (response) => response.destroy()],
    ['half an answer', (response) => (response.write('0:1'), setImmediate(() => response.destroy()))],
    ['more than an answer has', (response) => response.end(`${suffix}:1\n${'x'.repeat(300_000)}`)],
  ])('does not know after %s, and says why', async (_what, behaviour) => {
    answer = behaviour;
    expect(await check()).toBe('unavailable');
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).not.toContain('5BAA6');
    expect(requests).toHaveLength(1);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['no answer', () => undefined],
    ['an answer that never ends', (response) => response.write('0:1')],
  ])('does not wait for %s', async (_what, behaviour) => {
    answer = behaviour;
    expect(await check(50)).toBe('unavailable');
  });
});
