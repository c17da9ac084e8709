import type { RedisModuleOptions } from '@nestjs-modules/ioredis';
import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { guardParser } from './guarded-parser.js';
import { parseRedisUrl } from './redis-url.js';

export type RedisClient = Redis | Cluster;

/** No request waits longer than this for Redis. */
const REDIS_TIMEOUT_MS = 150;

const backoff = (attempt: number): number => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000);

/**
 * A connection that fails at once or within the bound, and comes back by itself. Nothing is queued for a
 * server that is away and nothing is sent twice: what waits behind Redis has a local answer, and a count
 * repeated is a count wrong. Commands are not gathered into automatic pipelines either: there a command
 * waits for the pipeline ahead of it before its own time starts to count.
 */
const FAIL_FAST: RedisOptions = {
  commandTimeout: REDIS_TIMEOUT_MS,
  connectTimeout: 1_000,
  disconnectTimeout: REDIS_TIMEOUT_MS,
  // A peer that vanished without a word is dropped, so that the next attempt may find its successor.
  socketTimeout: 1_000,
  keepAlive: 10_000,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  // Done by whoever subscribes: a failure inside ioredis' own way of doing it is an unhandled rejection.
  autoResubscribe: false,
  disableClientInfo: true,
  retryStrategy: backoff,
  // A master that was demoted under an open connection.
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
};

/** What `RedisModule` of `@nestjs-modules/ioredis` needs to connect to the Redis that the URL names. */
export const redisModuleOptions = (
  url: string,
  connectionName: string,
  onClientReady: (client: RedisClient) => void,
): RedisModuleOptions => {
  const { topology, hosts, tls, username, password, db, ...sentinel } = parseRedisUrl(url);
  const options: RedisOptions = {
    ...FAIL_FAST,
    connectionName,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: {} }),
  };

  const onSingleReady = (client: Redis): void => {
    guardParser(client);
    onClientReady(client);
  };

  switch (topology) {
    case 'single':
      return { type: 'single', onClientReady: onSingleReady, options: { ...options, ...hosts[0], db } };
    case 'sentinel':
      return {
        type: 'single',
        onClientReady: onSingleReady,
        options: {
          ...options,
          db,
          sentinels: [...hosts],
          name: sentinel.masterName!,
          ...(sentinel.sentinelUsername !== undefined && { sentinelUsername: sentinel.sentinelUsername }),
          ...(sentinel.sentinelPassword !== undefined && { sentinelPassword: sentinel.sentinelPassword }),
          sentinelRetryStrategy: backoff,
          sentinelCommandTimeout: 1_000,
          failoverDetector: true,
          ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
        },
      };
    case 'cluster':
      return {
        type: 'cluster',
        onClientReady: (client) => {
          onClientReady(client);
          client.on('+node', (node: Redis) => {
            guardParser(node);
            // Otherwise connected by its first command, and every other one until then would fail.
            void node.connect().catch(() => undefined);
          });
        },
        nodes: [...hosts],
        options: {
          redisOptions: options,
          enableOfflineQueue: false,
          clusterRetryStrategy: backoff,
          slotsRefreshInterval: 5_000,
          maxRedirections: 2,
          retryDelayOnFailover: 0,
          retryDelayOnClusterDown: 0,
          // A certificate names hosts, so a host name must not turn into its address on the way.
          ...(tls && { dnsLookup: (host, done) => done(null, host) }),
        },
      };
  }
};
