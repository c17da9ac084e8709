import { Module, type DynamicModule } from '@nestjs/common';
import { ROLE_EVENTS } from '#domain/access';
import { SESSION_EVENTS } from '#domain/session';
import { InProcessRoleEvents } from './in-process-role-events.js';
import { InProcessSessionEvents } from './in-process-session-events.js';

/** Stands in for the Redis module where there is no Redis. */
@Module({})
export class InProcessEventsModule {
  static register(): DynamicModule {
    return {
      module: InProcessEventsModule,
      global: true,
      providers: [
        { provide: SESSION_EVENTS, useClass: InProcessSessionEvents },
        { provide: ROLE_EVENTS, useClass: InProcessRoleEvents },
      ],
      exports: [SESSION_EVENTS, ROLE_EVENTS],
    };
  }
}
