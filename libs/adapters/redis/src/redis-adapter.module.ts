import { Logger, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { getRedisConnectionToken, InjectRedis, RedisModule } from '@nestjs-modules/ioredis';
import { ROLE_EVENTS } from '#domain/access';
import { CLOCK, type Clock, type Secret } from '#domain/kernel';
import { SESSION_EVENTS } from '#domain/session';
import { SHARED_ADDRESS_BLOCKS, SHARED_RATE_LIMITER } from '#domain/throttling';
import { RedisAddressBlocks } from './redis-address-blocks.js';
import { RedisCircuit } from './redis-circuit.js';
import { redisModuleOptions, type RedisClient } from './redis-connection.js';
import { RedisHealth } from './redis-health.js';
import { RedisRateLimiter } from './redis-rate-limiter.js';
import { RedisRoleEvents } from './redis-role-events.js';
import { RedisSessionEvents } from './redis-session-events.js';

export interface RedisAdapterOptions {
  /** See `parseRedisUrl`. */
  readonly url: Secret;
  /** In front of every key and channel, so that deployments can share a Redis. */
  readonly keyPrefix?: string;
}

const COMMANDS = getRedisConnectionToken();
const SUBSCRIBER_NAME = 'session-events';
const SUBSCRIBER = getRedisConnectionToken(SUBSCRIBER_NAME);

/** Whatever instances share through Redis. Starting does not wait for Redis; until it is there, it is down. */
@Module({})
export class RedisAdapterModule implements OnApplicationShutdown {
  constructor(
    @InjectRedis() private readonly commands: RedisClient,
    @InjectRedis(SUBSCRIBER_NAME) private readonly subscriber: RedisClient,
  ) {}

  static register({ url, keyPrefix = 'gatehouse:' }: RedisAdapterOptions): DynamicModule {
    const connection = (name: string) => ({
      imports: [],
      useFactory: () => redisModuleOptions(url.expose(), name, (client) => logConnection(client, name)),
    });
    return {
      module: RedisAdapterModule,
      global: true,
      imports: [
        RedisModule.forRootAsync(connection('gatehouse')),
        RedisModule.forRootAsync(connection('gatehouse-events'), SUBSCRIBER_NAME),
      ],
      providers: [
        { provide: RedisCircuit, useFactory: makeCircuit },
        {
          provide: SHARED_RATE_LIMITER,
          useFactory: (redis: RedisClient, circuit: RedisCircuit) =>
            new RedisRateLimiter(redis, circuit, keyPrefix),
          inject: [COMMANDS, RedisCircuit],
        },
        {
          provide: SHARED_ADDRESS_BLOCKS,
          useFactory: (redis: RedisClient, circuit: RedisCircuit, clock: Clock) =>
            new RedisAddressBlocks(redis, circuit, keyPrefix, clock),
          inject: [COMMANDS, RedisCircuit, CLOCK],
        },
        {
          provide: SESSION_EVENTS,
          useFactory: (redis: RedisClient, subscriber: RedisClient, circuit: RedisCircuit) =>
            new RedisSessionEvents(redis, subscriber, circuit, `${keyPrefix}session-events`),
          inject: [COMMANDS, SUBSCRIBER, RedisCircuit],
        },
        {
          provide: ROLE_EVENTS,
          useFactory: (redis: RedisClient, subscriber: RedisClient, circuit: RedisCircuit) =>
            new RedisRoleEvents(redis, subscriber, circuit, `${keyPrefix}role-events`),
          inject: [COMMANDS, SUBSCRIBER, RedisCircuit],
        },
        {
          provide: RedisHealth,
          useFactory: (redis: RedisClient) => new RedisHealth(redis),
          inject: [COMMANDS],
        },
      ],
      exports: [
        SHARED_RATE_LIMITER,
        SHARED_ADDRESS_BLOCKS,
        SESSION_EVENTS,
        ROLE_EVENTS,
        RedisCircuit,
        RedisHealth,
      ],
    };
  }

  /** RedisModule says goodbye to a Redis that listens; one that does not would be redialled for ever. */
  onApplicationShutdown(): void {
    this.commands.disconnect();
    this.subscriber.disconnect();
  }
}

const logger = new Logger('Redis');

/** One line when the connection is lost and one when it is back, however often it is tried in between. */
const logConnection = (client: RedisClient, name: string): void => {
  let lost = false;
  client.on('error', (error: NodeJS.ErrnoException) => {
    if (!lost) logger.warn(`${name}: no connection (${error.code ?? error.message})`);
    lost = true;
  });
  client.on('ready', () => {
    if (lost) logger.log(`${name}: connected again`);
    lost = false;
  });
};

const makeCircuit = (): RedisCircuit => {
  const circuit = new RedisCircuit();
  circuit.onBreak(() => logger.warn('not answering; this instance goes on by itself'));
  circuit.onReset(() => logger.log('answering again'));
  return circuit;
};
