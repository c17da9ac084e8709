import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseRedisUrl, type RedisTarget } from './redis-url.js';

const plain: RedisTarget = {
  topology: 'single',
  tls: false,
  hosts: [{ host: 'localhost', port: 6379 }],
  username: undefined,
  password: undefined,
  db: 0,
  masterName: undefined,
  sentinelUsername: undefined,
  sentinelPassword: undefined,
};

describe('parseRedisUrl', () => {
  it.each<[string, Partial<RedisTarget>]>([
    ['redis://localhost', {}],
    ['redis://localhost/', {}],
    ['redis://10.0.0.1:6380/2', { hosts: [{ host: '10.0.0.1', port: 6380 }], db: 2 }],
    ['redis://[2001:db8::1]:6380', { hosts: [{ host: '2001:db8::1', port: 6380 }] }],
    ['rediss://localhost', { tls: true }],
    ['redis://:secret@localhost', { password: 'secret' }],
    ['redis://app:p%40ss%3A%2F%3F@localhost', { username: 'app', password: 'p@ss:/?' }],
    ['redis://app:a:b@localhost', { username: 'app', password: 'a:b' }],
    [
      'redis+sentinel://app:secret@s1,s2:26380/main?db=3&sentinelUsername=watch&sentinelPassword=other%26',
      {
        topology: 'sentinel',
        hosts: [
          { host: 's1', port: 26_379 },
          { host: 's2', port: 26_380 },
        ],
        username: 'app',
        password: 'secret',
        db: 3,
        masterName: 'main',
        sentinelUsername: 'watch',
        sentinelPassword: 'other&',
      },
    ],
    [
      'rediss+cluster://:secret@c1:7000,[2001:db8::2]:7001,c3',
      {
        topology: 'cluster',
        tls: true,
        hosts: [
          { host: 'c1', port: 7000 },
          { host: '2001:db8::2', port: 7001 },
          { host: 'c3', port: 6379 },
        ],
        password: 'secret',
      },
    ],
  ])('reads %s', (url, expected) => {
    expect(parseRedisUrl(url)).toEqual({ ...plain, ...expected });
  });

  it.each([
    '',
    'localhost:6379',
    'http://localhost',
    'redis:localhost',
    'redis://',
    'redis://localhost:0',
    'redis://localhost:65536',
    'redis://localhost:port',
    'redis://localhost/one',
    'redis://localhost/1/2',
    'redis://a,b',
    'redis://localhost?db=1',
    'redis://user:p@ss@localhost',
    'redis://:%zz@localhost',
    'redis+sentinel://s1',
    'redis+sentinel://s1/main?db=x',
    'redis+sentinel://s1/main?master=other',
    'redis+sentinel://s1,,s2/main',
    'redis+cluster://c1/1',
    'redis+cluster://c1?db=1',
    'redis+unknown://localhost',
  ])('refuses %j', (url) => {
    expect(() => parseRedisUrl(url)).toThrow('must be redis://');
  });

  it('never repeats what it was given, for there are passwords in it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 4 }), (secret) => {
        try {
          parseRedisUrl(`redis://user:${secret}${secret}@host:1:2`);
        } catch (error) {
          expect(String(error)).not.toContain(secret + secret);
        }
      }),
    );
  });

  it('reads back any password that was percent-encoded', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (password) => {
        expect(parseRedisUrl(`redis://:${encodeURIComponent(password)}@localhost`).password).toBe(password);
      }),
    );
  });
});
