import { beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '#domain/kernel';
import { RangeApiBreachedPasswords, type HttpGet } from './range-api-breached-passwords.js';
import { sha1Hex } from './sha1-hex.js';

describe('asking the range API', () => {
  let requests: Parameters<HttpGet>[0][];
  let answer: () => Awaited<ReturnType<HttpGet>>;
  let reasons: string[];

  const suffix = sha1Hex('password').slice(5);
  const ok = (body: string) => () => ({ status: 200, body });

  beforeEach(() => void ([requests, reasons] = [[], []]));

  const check = () =>
    new RangeApiBreachedPasswords({
      baseUrl: 'https://ranges.example.com/',
      onUnavailable: (reason) => reasons.push(reason),
      get: async (request) => {
        requests.push(request);
        return answer();
      },
    }).check(new Secret('password'));

  it('tells a fraction of the hash and no more, and asks for padding', async () => {
    answer = ok(`${'0'.repeat(35)}:1\r\n${suffix}:42\r\n`);
    expect(await check()).toBe('breached');
    expect(requests).toEqual([
      expect.objectContaining({ method: 'GET', url: 'https://ranges.example.com/range/5BAA6' }),
    ]);
    expect(requests[0]!.headers['add-padding']).toBe('true');
    expect(JSON.stringify(requests)).not.toContain(suffix);
  });

  it.each([
    ['other suffixes', `${'0'.repeat(35)}:1\r\n`],
    ['padding', `${suffix}:0\r\n`],
    ['nothing', ''],
  ])('finds nothing in %s', async (_what, text) => {
    answer = ok(text);
    expect(await check()).toBe('not-found');
    expect(reasons).toEqual([]);
  });

  it.each<[string, typeof answer]>([
    ['an error', () => ({ status: 500, body: `${suffix}:1` })],
    ['a limit', () => ({ status: 429, body: '' })],
    ['a redirect', () => ({ status: 302, body: '' })],
    [
      'no answer',
      () => {
        throw new Error('timeout');
      },
    ],
  ])('does not know after %s, and says why', async (_what, behaviour) => {
    answer = behaviour;
    expect(await check()).toBe('unavailable');
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).not.toContain('5BAA6');
    expect(requests).toHaveLength(1);
  });
});
