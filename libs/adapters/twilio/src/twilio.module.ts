import { Module, type DynamicModule } from '@nestjs/common';
import { TwilioSmsSender, type TwilioOptions } from './twilio-sms-sender.js';

/** Provides the bare transport; the app decides which channel it serves and what is wrapped around it. */
@Module({})
export class TwilioModule {
  static register(options: TwilioOptions): DynamicModule {
    return {
      module: TwilioModule,
      global: true,
      providers: [{ provide: TwilioSmsSender, useFactory: () => new TwilioSmsSender(options) }],
      exports: [TwilioSmsSender],
    };
  }
}
