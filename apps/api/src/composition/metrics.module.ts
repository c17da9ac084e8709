import { Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { JwtAccessTokens } from '#adapters/crypto';
import { CachedSessionReader } from '#adapters/memory';
import { QueuedPasswordHasher } from '#adapters/password-hashing';
import { Metrics, MetricsServer } from '#adapters/prometheus';
import { RedisCircuit } from '#adapters/redis';
import { ResilientMessageSender } from '#adapters/resilience';
import { PostgresVitals } from '#adapters/typeorm';
import { PASSWORD_HASHER } from '#domain/credentials';
import type { Token } from '#domain/kernel';
import { MESSAGE_SENDERS } from '#domain/notification';
import { ACCESS_TOKENS } from '#domain/session';
import type { Config } from '../config/index.js';

/** Reads at the scrape what counts for itself. The api, the worker and each profile have different parts: those there are. */
class Gauges implements OnModuleInit {
  constructor(
    private readonly parts: ModuleRef,
    private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    const { caches, circuits } = this.metrics;
    const vitals = this.#find(PostgresVitals);
    if (vitals) this.metrics.watchRecord(vitals);

    const hasher = this.#find(PASSWORD_HASHER);
    if (hasher instanceof QueuedPasswordHasher) this.metrics.watchHashing(hasher.queue);

    const redis = this.#find(RedisCircuit);
    if (redis) circuits.watch('redis', () => redis.state);
    const { sms, email } = this.#find(MESSAGE_SENDERS) ?? {};
    if (sms instanceof ResilientMessageSender) circuits.watch('sms', () => sms.circuit);
    if (email instanceof ResilientMessageSender) circuits.watch('email', () => email.circuit);

    const sessions = this.#find(CachedSessionReader);
    if (sessions) caches.watch('sessions', sessions);
    const tokens = this.#find(ACCESS_TOKENS);
    if (tokens instanceof JwtAccessTokens) caches.watch('access-tokens', tokens);
  }

  #find<T>(token: Token<T> | (abstract new (...dependencies: never[]) => T)): T | undefined {
    try {
      return this.parts.get<T>(token, { strict: false });
    } catch {
      return undefined;
    }
  }
}

/** Numbers for Prometheus. `metrics` exists before the container, so that modules can be handed its methods. */
@Module({})
export class MetricsModule {
  static register(metrics: Metrics): DynamicModule {
    return {
      module: MetricsModule,
      global: true,
      providers: [
        { provide: Metrics, useValue: metrics },
        {
          provide: Gauges,
          useFactory: (parts: ModuleRef) => new Gauges(parts, metrics),
          inject: [ModuleRef],
        },
      ],
      exports: [Metrics],
    };
  }
}

/** Their own port, if they have one. For services: a command beside one of them would find it taken. */
@Module({})
export class MetricsServerModule {
  static register({ metrics: { host, port, token } }: Config): DynamicModule {
    return {
      module: MetricsServerModule,
      providers:
        port === undefined
          ? []
          : [
              {
                provide: MetricsServer,
                useFactory: (metrics: Metrics) => new MetricsServer(metrics, { host, port, token }),
                inject: [Metrics],
              },
            ],
    };
  }
}
