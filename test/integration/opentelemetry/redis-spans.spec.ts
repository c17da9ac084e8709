import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tracingChannel } from 'node:diagnostics_channel';
import { OpenTelemetryTracing } from '#adapters/opentelemetry';
import { RedisCircuit, RedisRateLimiter, type RedisClient } from '#adapters/redis';
import { OtlpPeer } from '../../support/otlp-peer.js';
import { redisForTests, type TestRedis } from '../../support/redis-server.js';
import { connect } from '../redis/redis-client.js';

describe('Commands of Redis', () => {
  let redis: TestRedis;
  let client: RedisClient;
  let peer: OtlpPeer;
  let tracing: OpenTelemetryTracing;
  beforeAll(async () => {
    redis = await redisForTests();
    client = await connect(redis.url);
    peer = await OtlpPeer.start();
    tracing = new OpenTelemetryTracing({
      endpoint: peer.url,
      ratio: 1,
      serviceName: 'test',
      serviceVersion: '1',
      onTrouble: () => undefined,
    });
  });
  afterAll(async () => {
    client.disconnect();
    await redis.stop();
    await peer.stop();
  });

  it('are part of the trace that they are sent for, without the keys, until tracing ends', async () => {
    const limiter = new RedisRateLimiter(client, new RedisCircuit(), redis.keyPrefix);
    const take = () => limiter.take('198.51.100.7', { capacity: 5, windowSeconds: 60 }, 1);
    await take();
    const span = tracing.begin('work')!;
    await tracing.within(span, async () => {
      await take();
      await expect(client.call('incr', `${redis.keyPrefix}text`, 'one too many')).rejects.toThrow(
        'wrong number',
      );
    });
    span.end();
    expect(tracingChannel('ioredis:command').hasSubscribers).toBe(true);
    await tracing.onApplicationShutdown();
    expect(tracingChannel('ioredis:command').hasSubscribers).toBe(false);

    const commands = peer.spans.filter(({ name }) => name !== 'work');
    const { traceId, spanId: parentSpanId } = peer.spans.find(({ name }) => name === 'work')!;
    const attributes = (name: string) => ({ 'db.system.name': 'redis', 'db.operation.name': name });
    expect(commands).toMatchObject([
      { traceId, parentSpanId, name: 'EVALSHA', kind: 3, failed: false, attributes: attributes('EVALSHA') },
      { traceId, parentSpanId, name: 'INCR', failed: true, attributes: attributes('INCR') },
    ]);
    const sent = Buffer.concat(peer.bodies);
    for (const secret of ['198.51.100.7', redis.keyPrefix, 'one too many']) {
      expect([secret, sent.includes(secret)]).toEqual([secret, false]);
    }
  });
});
