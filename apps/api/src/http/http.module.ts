import { Module, type DynamicModule, type ModuleMetadata } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { ThrottlerModule, type ThrottlerModuleOptions } from '@nestjs/throttler';
import { AdmitRequest } from '#domain/throttling';
import { hasDevOutbox, metricsReaders, type Config } from '../config/index.js';
import { AccessTokenStrategy } from './access/access-token.strategy.js';
import { AccessGuard } from './access/access.guard.js';
import { AlertController } from './admin/alert.controller.js';
import { AuditLogController } from './admin/audit-log.controller.js';
import { RoleController } from './admin/role.controller.js';
import { UserDeviceController } from './admin/user-device.controller.js';
import { UserPasswordResetController } from './admin/user-password-reset.controller.js';
import { UserRolesController } from './admin/user-roles.controller.js';
import { UserSessionController } from './admin/user-session.controller.js';
import { UserController } from './admin/user.controller.js';
import { AccountController } from './account/account.controller.js';
import { ExportController } from './account/export.controller.js';
import { IdentifierController } from './account/identifier.controller.js';
import { PasswordController } from './account/password.controller.js';
import { cookieProviders } from './cookies/cookie.providers.js';
import { DeviceController } from './devices/device.controller.js';
import { DevOutboxController } from './operation/dev-outbox.controller.js';
import { HealthController } from './operation/health.controller.js';
import { JwksController } from './operation/jwks.controller.js';
import { MetricsController, METRICS_TOKEN } from './operation/metrics.controller.js';
import { Lifecycle } from './operation/lifecycle.js';
import { AdmissionStorage } from './rate-limits/admission-storage.js';
import { AccountPageController } from './registration/account-page.controller.js';
import { PasswordRecoveryController } from './registration/password-recovery.controller.js';
import { RegistrationController } from './registration/registration.controller.js';
import { SessionController } from './sessions/session.controller.js';
import { SetupController } from './setup/setup.controller.js';
import { PasswordSignInController } from './sign-in/password-sign-in.controller.js';
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
        PasswordSignInController,
        RegistrationController,
        PasswordRecoveryController,
        AccountPageController,
        SessionController,
        DeviceController,
        AccountController,
        IdentifierController,
        PasswordController,
        RoleController,
        UserRolesController,
        UserController,
        UserSessionController,
        UserDeviceController,
        UserPasswordResetController,
        AuditLogController,
        AlertController,
        ExportController,
        SetupController,
        HealthController,
        JwksController,
        ...(hasDevOutbox(config) ? [DevOutboxController] : []),
        ...(metricsReaders(config) === 'nobody' ? [] : [MetricsController]),
      ],
      providers: [
        ...cookieProviders(config),
        AccessTokenStrategy,
        Lifecycle,
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: METRICS_TOKEN, useValue: config.metrics.token },
      ],
    };
  }
}
