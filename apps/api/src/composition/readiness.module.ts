import { Module, type DynamicModule } from '@nestjs/common';
import { RedisHealth } from '#adapters/redis';
import { ResilientMessageSender } from '#adapters/resilience';
import { SmtpEmailSender } from '#adapters/smtp';
import { PostgresDatabase } from '#adapters/typeorm';
import { MESSAGE_SENDERS, type MessageSenders } from '#domain/notification';
import { READINESS_PROBES, type ReadinessProbe } from '../http/index.js';
import { remembered } from './remembered.js';

/** How long a mail server's answer to a log-in counts, in milliseconds: it must not hear of every probe. */
const SMTP_PROBE_INTERVAL = 10_000;

/** What `/ready` asks: without PostgreSQL there is no service, without the others a degraded one. */
@Module({})
export class ReadinessModule {
  static register(notification: DynamicModule): DynamicModule {
    return {
      module: ReadinessModule,
      imports: [notification],
      providers: [
        {
          provide: READINESS_PROBES,
          useFactory: (
            database: PostgresDatabase,
            senders: MessageSenders,
            redis?: RedisHealth,
            smtp?: SmtpEmailSender,
          ): readonly ReadinessProbe[] => [
            { name: 'postgresql', critical: true, check: () => database.isReachable() },
            ...(redis ? [optional('redis', async () => (await redis.ping()) === 'up')] : []),
            ...Object.values(senders)
              .filter((sender) => sender instanceof ResilientMessageSender)
              .map((sender) => optional(sender.name, () => Promise.resolve(sender.circuit !== 'open'))),
            ...(smtp
              ? [
                  optional(
                    'smtp-server',
                    remembered(SMTP_PROBE_INTERVAL, () => answers(smtp)),
                  ),
                ]
              : []),
          ],
          inject: [
            PostgresDatabase,
            MESSAGE_SENDERS,
            { token: RedisHealth, optional: true },
            { token: SmtpEmailSender, optional: true },
          ],
        },
      ],
      exports: [READINESS_PROBES],
    };
  }
}

const optional = (name: string, check: () => Promise<boolean>): ReadinessProbe => ({
  name,
  critical: false,
  check,
});

const answers = (smtp: SmtpEmailSender): Promise<boolean> =>
  smtp.probe().then(
    () => true,
    () => false,
  );
