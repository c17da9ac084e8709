import { Module, type DynamicModule } from '@nestjs/common';
import { SESSION_EVENTS } from '#domain/session';
import { InProcessSessionEvents } from './in-process-session-events.js';

/** Stands in for the Redis module where there is no Redis. */
@Module({})
export class InProcessSessionEventsModule {
  static register(): DynamicModule {
    return {
      module: InProcessSessionEventsModule,
      global: true,
      providers: [{ provide: SESSION_EVENTS, useClass: InProcessSessionEvents }],
      exports: [SESSION_EVENTS],
    };
  }
}
