import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { ThrottlerModule, type ThrottlerModuleOptions } from '@nestjs/throttler';
import { AdmitRequest } from '#domain/throttling';
import { hasDevOutbox, type Config } from '../config/index.js';
import { AccessTokenStrategy } from './access/access-token.strategy.js';
import { AccessGuard } from './access/access.guard.js';
import { AccountController } from './account/account.controller.js';
import { IdentifierController } from './account/identifier.controller.js';
import { DevOutboxController } from './operation/dev-outbox.controller.js';
import { HealthController } from './operation/health.controller.js';
import { JwksController } from './operation/jwks.controller.js';
import { Lifecycle } from './operation/lifecycle.js';
import { AdmissionStorage } from './rate-limits/admission-storage.js';
import { SessionController } from './sessions/session.controller.js';
import { SignInController } from './sign-in/sign-in.controller.js';

export interface HttpModuleOptions {
  readonly config: Config;
  /** Modules that export what the controllers use: the use cases, `PUBLIC_KEYS`, `READINESS_PROBES`, `DEV_OUTBOX`. */
  readonly imports: NonNullable<ModuleMetadata['imports']>;
}

/** The HTTP surface: controllers, and the guard in front of all of them. */
@Module({})
export class HttpModule {
  static register({ config, imports }: HttpModuleOptions): DynamicModule {
    return {
      module: HttpModule,
      imports: [
        ...imports,
        TerminusModule.forRoot({ logger: false }),
        ThrottlerModule.forRootAsync({
          imports,
          inject: [AdmitRequest],
          useFactory: (admitRequest: AdmitRequest): ThrottlerModuleOptions => ({
            storage: new AdmissionStorage(admitRequest),
            throttlers: [{ name: 'sign-in', limit: config.rateLimits.signInPerMinute, ttl: 60_000 }],
            skipIf: () => !config.rateLimits.enabled,
          }),
        }),
      ],
      controllers: [
        SignInController,
        SessionController,
        AccountController,
        IdentifierController,
        HealthController,
        JwksController,
        ...(hasDevOutbox(config) ? [DevOutboxController] : []),
      ],
      providers: [AccessTokenStrategy, Lifecycle, { provide: APP_GUARD, useClass: AccessGuard }],
    };
  }
}
