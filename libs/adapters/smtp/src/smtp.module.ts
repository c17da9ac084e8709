import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { CLOCK, type Clock } from '#domain/kernel';
import { SmtpEmailSender, type SmtpOptions } from './smtp-email-sender.js';

/** Provides the bare transport; the app decides which channel it serves and what is wrapped around it. */
@Module({})
export class SmtpModule implements OnApplicationShutdown {
  constructor(private readonly sender: SmtpEmailSender) {}

  static register(options: SmtpOptions): DynamicModule {
    return {
      module: SmtpModule,
      global: true,
      providers: [
        {
          provide: SmtpEmailSender,
          inject: [CLOCK],
          useFactory: (clock: Clock) => new SmtpEmailSender(options, clock),
        },
      ],
      exports: [SmtpEmailSender],
    };
  }

  onApplicationShutdown(): void {
    this.sender.close();
  }
}
