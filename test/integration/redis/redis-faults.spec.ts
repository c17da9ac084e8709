import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  InProcessAddressBlocks,
  InProcessRateLimiter,
  TieredAddressBlocks,
  TieredRateLimiter,
} from '#adapters/memory';
import {
  RedisAddressBlocks,
  RedisCircuit,
  RedisHealth,
  RedisRateLimiter,
  RedisSessionEvents,
  type RedisClient,
} from '#adapters/redis';
import { AdmitRequest, type Admission, type ThrottlingPolicy } from '#domain/throttling';
import { RedisServer } from '../../support/redis-server.js';
import { connect, dial, eventually, systemClock, timed } from './redis-client.js';
import { startCluster, startSentinel } from './redis-topologies.js';

/** What a call may take while Redis hangs: the 150 ms bound, and room for a busy machine. */
const BOUNDED = 400;
/** What a call may take that does not wait for Redis at all. */
const AT_ONCE = 100;

const limit = { capacity: 20, windowSeconds: 600 };
const policy: ThrottlingPolicy = {
  buckets: { overall: limit, 'sign-in': limit },
  trusted: limit,
  trustedTogether: limit,
  block: { strikes: 5, windowSeconds: 60, blockSeconds: 300 },
};

/** What one instance of the service has, on a connection of its own. */
const instanceOn = (client: RedisClient) => {
  const circuit = new RedisCircuit();
  const shared = new RedisRateLimiter(client, circuit, 'test:');
  const sharedBlocks = new RedisAddressBlocks(client, circuit, 'test:', systemClock);
  const limiter = new TieredRateLimiter(new InProcessRateLimiter(systemClock, 1_000), shared);
  const blocks = new TieredAddressBlocks(new InProcessAddressBlocks(systemClock, 1_000), sharedBlocks);
  const admit = new AdmitRequest(limiter, blocks, policy, systemClock);
  const signIn = async (): Promise<Admission> => admit.execute({ address: '192.0.2.1', bucket: 'sign-in' });
  const answers = () =>
    shared.take('probe', { capacity: 1_000, windowSeconds: 1 }, 1).then(
      () => true,
      () => false,
    );
  return { shared, limiter, blocks, signIn, answers, health: new RedisHealth(client) };
};

const admitted = (admissions: readonly Admission[]) =>
  admissions.filter(({ outcome }) => outcome === 'admitted').length;

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  while (cleanUps.length > 0) await cleanUps.pop()!();
});

const started = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
  const servers = await starting;
  cleanUps.push(() => servers.stop());
  return servers;
};

const dialled = (client: RedisClient): RedisClient => {
  cleanUps.push(() => client.disconnect());
  return client;
};

describe('with a Redis that', () => {
  let server: RedisServer;
  let client: RedisClient;
  let instance: ReturnType<typeof instanceOn>;

  beforeEach(async () => {
    server = await started(RedisServer.start());
    client = dialled(await connect(server.url));
    instance = instanceOn(client);
  });

  describe('is killed in the middle of use', () => {
    it('lets nobody wait, fail or pass the limit', async () => {
      const before = Array.from({ length: 15 }, instance.signIn);
      const killed = server.kill();
      const during = Array.from({ length: 15 }, instance.signIn);
      const { result, milliseconds } = await timed(() => Promise.all([...before, ...during]));
      await killed;
      expect(milliseconds).toBeLessThan(BOUNDED);
      expect(admitted(result)).toBe(20);

      const after = await timed(instance.signIn);
      expect(after.milliseconds).toBeLessThan(AT_ONCE);
      expect(after.result.outcome).not.toBe('admitted');
    });

    it('gives up what is under way with the connection, not only when its time is over', async () => {
      server.hang();
      const call = instance.answers();
      await server.kill();
      const { result, milliseconds } = await timed(() => call);
      expect(result).toBe(false);
      expect(milliseconds).toBeLessThan(AT_ONCE);
    });

    it('is down to readiness at once, and up when it is back', async () => {
      expect(await instance.health.ping()).toBe('up');
      await server.kill();
      const { result, milliseconds } = await timed(() => instance.health.ping());
      expect(result).toBe('down');
      expect(milliseconds).toBeLessThan(AT_ONCE);
      await server.restart();
      await eventually(async () => (await instance.health.ping()) === 'up');
    });
  });

  describe('hangs', () => {
    it('costs a few calls their 150 ms, then none anything, and is found again when it goes on', async () => {
      server.hang();
      const waits: number[] = [];
      for (let i = 0; i < 10; i++) waits.push((await timed(instance.signIn)).milliseconds);
      expect(Math.max(...waits)).toBeLessThan(BOUNDED);
      expect(waits[0]).toBeGreaterThan(AT_ONCE);
      expect(waits.slice(3).every((wait) => wait < AT_ONCE)).toBe(true);

      server.resume();
      await eventually(instance.answers);
    });

    it('delays parallel calls together, not one after the other', async () => {
      server.hang();
      const { result, milliseconds } = await timed(() =>
        Promise.all(Array.from({ length: 50 }, instance.signIn)),
      );
      expect(milliseconds).toBeLessThan(BOUNDED);
      expect(admitted(result)).toBe(20);
    });

    it('never delays a decision that is made here', () => {
      server.hang();
      const start = performance.now();
      const decisions = Array.from({ length: 25 }, () => instance.limiter.takeHere('key', limit));
      expect(performance.now() - start).toBeLessThan(AT_ONCE);
      expect(decisions.filter(({ allowed }) => allowed)).toHaveLength(20);
    });

    it('is down to readiness within the bound', async () => {
      server.hang();
      const { result, milliseconds } = await timed(() => instance.health.ping());
      expect(result).toBe('down');
      expect(milliseconds).toBeLessThan(BOUNDED);
    });
  });

  describe('loses its data', () => {
    it.each([
      ['by FLUSHALL', () => client.flushall()],
      ['by a restart', () => server.restart()],
    ])('%s, gives nothing back of what an instance has counted', async (_how, lose) => {
      expect(admitted(await Promise.all(Array.from({ length: 20 }, instance.signIn)))).toBe(20);
      await lose();
      await eventually(instance.answers);
      expect((await instance.signIn()).outcome).toBe('rate-limited');
    });

    it('keeps a block that an instance knows of', async () => {
      const other = instanceOn(dialled(await connect(server.url)));
      await Promise.all(Array.from({ length: 25 }, instance.signIn));
      await eventually(async () => {
        // A strike is reported at most once, and a busy machine may let the report run out of time.
        instance.blocks.strike('192.0.2.1', policy.block);
        return (await other.blocks.blockedEverywhere('192.0.2.1')) !== null;
      });
      await client.flushall();
      expect((await instance.signIn()).outcome).toBe('address-blocked');
      expect((await other.signIn()).outcome).toBe('address-blocked');
    });
  });

  it.each([
    ['another protocol', 'HTTP/1.1 400 Bad Request\r\n\r\n'],
    ['an array of impossible length', '*99999999999\r\n'],
    ['a length that is no number', '*\xff\x00\xfe\r\n$-7\r\n'],
  ])('answers with %s is none, and is dialled again', async (_what, garbage) => {
    const dials: Socket[] = [];
    const peer = createServer((socket) => {
      dials.push(socket.on('error', () => undefined));
      socket.on('data', () => socket.write(garbage, 'latin1'));
    }).listen(0, '127.0.0.1');
    cleanUps.push(() => {
      peer.close();
      for (const socket of dials) socket.destroy();
    });
    await once(peer, 'listening');
    const { port } = peer.address() as AddressInfo;
    const instance = instanceOn(dialled(dial(`redis://127.0.0.1:${port}`)));
    await eventually(() => dials.length > 2);
    expect((await instance.signIn()).outcome).toBe('admitted');
    expect(await instance.health.ping()).toBe('down');
  });

  it('is not there at first is used once it is', async () => {
    await server.kill();
    const early = instanceOn(dialled(dial(server.url)));
    const { result, milliseconds } = await timed(early.signIn);
    expect(result.outcome).toBe('admitted');
    expect(milliseconds).toBeLessThan(AT_ONCE);
    await server.restart();
    await eventually(early.answers);
  });

  it('comes back carries session events again', async () => {
    const events = async () =>
      new RedisSessionEvents(client, dialled(await connect(server.url)), new RedisCircuit(), 'events');
    const [publishing, listening] = [await events(), await events()];
    let heard = 0;
    listening.subscribe(() => heard++);
    await server.restart();
    await eventually(() => {
      publishing.publish({ userId: 'user-1', sessionIds: 'all' });
      return heard > 0;
    });
  });
});

describe('with Sentinel', () => {
  it('goes on by itself when the master dies, and follows to the new one', async () => {
    const sentinel = await started(startSentinel());
    const instance = instanceOn(dialled(await connect(sentinel.url)));
    expect(await instance.answers()).toBe(true);
    await sentinel.servers[0]!.kill();
    const { result, milliseconds } = await timed(instance.signIn);
    expect(result.outcome).toBe('admitted');
    expect(milliseconds).toBeLessThan(BOUNDED);
    await eventually(instance.answers, 20_000);
  }, 30_000);
});

describe('with Cluster', () => {
  it('goes on with the rest when a node dies, and with all of it when the node is back', async () => {
    const cluster = await started(startCluster());
    const client = dialled(await connect(cluster.url));
    const keys = Array.from({ length: 12 }, (_, i) => `key-${i}`);
    const answers = async () => {
      const { shared } = instanceOn(client);
      const taking = (key: string) =>
        timed(() =>
          shared.take(key, limit, 1).then(
            () => 1,
            () => 0,
          ),
        );
      const taken = await Promise.all(keys.map(taking));
      expect(Math.max(...taken.map(({ milliseconds }) => milliseconds))).toBeLessThan(BOUNDED);
      return taken.reduce((sum, { result }) => sum + result, 0);
    };
    expect(await answers()).toBe(12);
    await cluster.servers[2]!.kill();
    expect(await answers()).toBeLessThan(12);
    expect((await instanceOn(client).signIn()).outcome).toBe('admitted');
    await cluster.servers[2]!.restart();
    await eventually(async () => (await answers()) === 12, 20_000);
  }, 30_000);
});
