import { join } from 'node:path';
import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { CryptoModule, ServerKey } from '#adapters/crypto';
import { InProcessEventsModule } from '#adapters/memory';
import type { OpenTelemetryTracing } from '#adapters/opentelemetry';
import { Metrics } from '#adapters/prometheus';
import { RedisAdapterModule } from '#adapters/redis';
import { PostgresModule } from '#adapters/typeorm';
import { minutes, type Secret } from '#domain/kernel';
import type { Config } from '../config/index.js';
import { MetricsModule } from './metrics.module.js';
import { PoliciesModule } from './policies.module.js';
import { TracingModule } from './tracing.module.js';

/** The configuration with what it came to when the program started. */
export interface RunningConfig extends Config {
  /** The configured database, or the embedded one. */
  readonly databaseUrl: Secret;
  /** Null unless the configuration says where traces go. */
  readonly traces?: OpenTelemetryTracing | null;
}

/** New signing keys are published this long before they sign. */
const PUBLISH_AHEAD = minutes(5);

export const signingKeyOptions = ({ keys, tokens }: Config, warn: (message: string) => void) => ({
  directory: keys.dir,
  publishAhead: PUBLISH_AHEAD,
  retireAfter: tokens.accessLifetime,
  warn,
});

/**
 * The adapters behind the domain's ports. Redis is one import that may be absent: what it would share between
 * instances is then kept by this one alone.
 */
@Module({})
export class InfrastructureModule {
  static register(config: RunningConfig, applicationName: string): DynamicModule {
    const { keys, tokens, redis } = config;
    const logger = new Logger('Outbox');
    const metrics = new Metrics();
    return {
      module: InfrastructureModule,
      imports: [
        PoliciesModule.register(config),
        MetricsModule.register(metrics),
        ...(config.traces ? [TracingModule.register(config.traces)] : []),
        CryptoModule.register({
          serverKey: keys.serverKey
            ? ServerKey.fromBase64(keys.serverKey)
            : ServerKey.fromFile(join(keys.dir, 'server.key')),
          signingKeys: signingKeyOptions(config, (message) => new Logger('Keys').warn(message)),
          accessTokens: { issuer: tokens.issuer, audience: tokens.audience },
        }),
        PostgresModule.register({
          url: config.databaseUrl,
          poolSize: config.database.poolSize,
          applicationName,
          onRelayError: (error) => logger.warn(String(error)),
          onAudited: (events) => metrics.audit.count(events),
          tracing: config.traces ?? null,
        }),
        redis.url ? RedisAdapterModule.register({ url: redis.url }) : InProcessEventsModule.register(),
      ],
    };
  }
}
