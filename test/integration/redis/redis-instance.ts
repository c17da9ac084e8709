import { pathToFileURL } from 'node:url';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { getRedisConnectionToken } from '@nestjs-modules/ioredis';
import { TieredThrottlingModule } from '#adapters/memory';
import { RedisAdapterModule, type RedisClient } from '#adapters/redis';
import { CLOCK, Secret } from '#domain/kernel';
import { eventually, systemClock } from './redis-client.js';

@Module({})
class InstanceModule {
  static register(url: string): DynamicModule {
    const clock = { provide: CLOCK, useValue: systemClock };
    return {
      module: InstanceModule,
      global: true,
      imports: [RedisAdapterModule.register({ url: new Secret(url) }), TieredThrottlingModule.register()],
      providers: [clock],
      exports: [CLOCK],
    };
  }
}

/** What an instance of the service makes of Redis, and nothing else of it. */
export const startInstance = (url: string): Promise<INestApplicationContext> =>
  NestFactory.createApplicationContext(InstanceModule.register(url), { logger: false });

export const connected = (instance: INestApplicationContext): Promise<void> => {
  const tokens = [getRedisConnectionToken(), getRedisConnectionToken('session-events')];
  const connections = tokens.map((token) => instance.get<RedisClient>(token));
  return eventually(() => connections.every(({ status }) => status === 'ready'));
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const instance = await startInstance(process.argv[2]!);
  await connected(instance);
  process.stdin.resume().once('end', () => void instance.close());
  process.stdout.write('connected\n');
}
