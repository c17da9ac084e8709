import { describe, expect, it } from '@jest/globals';
import { redisModuleOptions } from './redis-connection.js';

const optionsFor = (url: string) => redisModuleOptions(url, 'test', () => undefined);

describe('redisModuleOptions', () => {
  const failFast = {
    commandTimeout: 150,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
  };

  it('connects to one Redis', () => {
    expect(optionsFor('redis://app:secret@localhost:6380/2')).toMatchObject({
      type: 'single',
      options: { ...failFast, host: 'localhost', port: 6380, db: 2, username: 'app', password: 'secret' },
    });
  });

  it('asks Sentinels for the master', () => {
    expect(optionsFor('rediss+sentinel://:secret@s1,s2/main?db=1&sentinelPassword=other')).toMatchObject({
      type: 'single',
      options: {
        ...failFast,
        sentinels: [
          { host: 's1', port: 26_379 },
          { host: 's2', port: 26_379 },
        ],
        name: 'main',
        db: 1,
        password: 'secret',
        sentinelPassword: 'other',
        tls: {},
        sentinelTLS: {},
        enableTLSForSentinelMode: true,
      },
    });
  });

  it('starts a Cluster from the nodes that it is given', () => {
    expect(optionsFor('redis+cluster://:secret@c1:7000,c2:7001')).toMatchObject({
      type: 'cluster',
      nodes: [
        { host: 'c1', port: 7000 },
        { host: 'c2', port: 7001 },
      ],
      options: { enableOfflineQueue: false, redisOptions: { ...failFast, password: 'secret' } },
    });
  });

  it('keeps the host names of a Cluster whose certificates name them', () => {
    const options = optionsFor('rediss+cluster://c1:7000');
    if (options.type !== 'cluster') throw new Error('not a cluster');
    options.options!.dnsLookup!('c1.example', (error, address) => {
      expect([error, address]).toEqual([null, 'c1.example']);
    });
    expect.assertions(1);
  });

  it('tries again ever more slowly, at most 2 seconds apart', () => {
    const options = optionsFor('redis://localhost');
    if (options.type !== 'single') throw new Error('not a single server');
    const delays = Array.from({ length: 100 }, (_, attempt) => options.options!.retryStrategy!(attempt + 1));
    expect(delays.slice(0, 6)).toEqual([100, 200, 400, 800, 1_600, 2_000]);
    expect(new Set(delays.slice(6))).toEqual(new Set([2_000]));
  });
});
