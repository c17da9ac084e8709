import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { Metrics } from '#adapters/prometheus';
import { PostgresVitals } from '#adapters/typeorm';
import {
  AUDIT_CURSORS,
  AUDIT_FEED,
  AUTH_LOG_CURSOR,
  ShipAuditLog,
  type AuditCursors,
  type AuditFeed,
} from '#domain/audit';
import {
  CLOCK,
  ID_GENERATOR,
  UNIT_OF_WORK,
  type Clock,
  type IdGenerator,
  type UnitOfWork,
} from '#domain/kernel';
import type { Config } from '../../api/src/config/index.js';
import { AuthLogShipping } from './auth-log-shipping.js';

/** Ships the audit trail to Elasticsearch, of which nothing is loaded where there is none. */
@Module({})
export class AuthLogModule {
  static register({ elasticsearch: { url, apiKey, caFile, retention } }: Config): DynamicModule {
    if (!url) return { module: AuthLogModule };
    const logger = new Logger('Elasticsearch');
    return {
      module: AuthLogModule,
      providers: [
        {
          provide: AuthLogShipping,
          useFactory: async (
            feed: AuditFeed,
            cursors: AuditCursors,
            unitOfWork: UnitOfWork<never>,
            clock: Clock,
            ids: IdGenerator,
            metrics: Metrics,
            vitals: PostgresVitals,
          ) => {
            const { connectElasticsearch, ElasticsearchAuthLogs } = await import('#adapters/elasticsearch');
            const index = new ElasticsearchAuthLogs(await connectElasticsearch({ url, apiKey, caFile }), {
              retention,
              warn: (message) => logger.warn(message),
            });
            const policy = { keepFor: retention };
            const shipping = new ShipAuditLog(feed, cursors, unitOfWork, index, clock, policy, ids.next());
            const counts = metrics.watchAuthLogs(() => vitals.authLogs(AUTH_LOG_CURSOR));
            return new AuthLogShipping(shipping, index, (report) => counts.count(report));
          },
          inject: [AUDIT_FEED, AUDIT_CURSORS, UNIT_OF_WORK, CLOCK, ID_GENERATOR, Metrics, PostgresVitals],
        },
      ],
    };
  }
}
