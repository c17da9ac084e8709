import { Redis } from 'ioredis';
import { freePort, RedisServer } from '../../support/redis-server.js';
import { eventually } from './redis-client.js';

/** Several Redis processes that a client sees as one. */
export interface RedisTopology {
  readonly url: string;
  readonly servers: readonly RedisServer[];
  stop(): Promise<void>;
}

const topology = (url: string, servers: readonly RedisServer[]): RedisTopology => ({
  url,
  servers,
  stop: async () => {
    await Promise.all(servers.map((server) => server.stop()));
  },
});

/** A master, its replica, and the one Sentinel that watches them and moves quickly; in this order. */
export const startSentinel = async (): Promise<RedisTopology> => {
  const master = await RedisServer.start(['--repl-diskless-sync-delay', '0']);
  const replica = await RedisServer.start(['--replicaof', `127.0.0.1 ${master.port}`]);
  await eachServer([replica], (redis) =>
    eventually(async () => (await redis.info('replication')).includes('master_link_status:up')),
  );
  const sentinel = await RedisServer.startSentinel([
    `sentinel monitor gatehouse 127.0.0.1 ${master.port} 1`,
    'sentinel down-after-milliseconds gatehouse 200',
    'sentinel failover-timeout gatehouse 2000',
  ]);
  await eachServer([sentinel], (redis) =>
    eventually(
      async () => ((await redis.call('SENTINEL', 'replicas', 'gatehouse')) as unknown[]).length === 1,
    ),
  );
  return topology(`redis+sentinel://127.0.0.1:${sentinel.port}/gatehouse`, [master, replica, sentinel]);
};

/** Three masters with a third of the slots each. */
export const startCluster = async (): Promise<RedisTopology> => {
  const busPorts = [await freePort(), await freePort(), await freePort()];
  const servers = await Promise.all(
    busPorts.map((port) => RedisServer.start(['--cluster-enabled', 'yes', '--cluster-port', `${port}`])),
  );
  const slots = [0, 5_461, 10_923, 16_384] as const;
  await eachServer(servers, async (redis, index) => {
    await redis.cluster('ADDSLOTSRANGE', slots[index]!, slots[index + 1]! - 1);
    await redis.cluster('SET-CONFIG-EPOCH', index + 1);
    if (index > 0) await redis.call('CLUSTER', 'MEET', '127.0.0.1', servers[0]!.port, busPorts[0]!);
  });
  await eachServer(servers, (redis) =>
    eventually(async () => (await redis.cluster('INFO')).includes('cluster_state:ok')),
  );
  const hosts = servers.map(({ port }) => `127.0.0.1:${port}`).join(',');
  return topology(`redis+cluster://${hosts}`, servers);
};

const eachServer = async (
  servers: readonly RedisServer[],
  work: (redis: Redis, index: number) => Promise<unknown>,
): Promise<void> => {
  await Promise.all(
    servers.map(async ({ port }, index) => {
      const redis = new Redis(port, '127.0.0.1');
      try {
        await work(redis, index);
      } finally {
        redis.disconnect();
      }
    }),
  );
};
