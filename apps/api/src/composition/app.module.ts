import { Module, type DynamicModule } from '@nestjs/common';
import { WorkerModule } from '../../../worker/src/worker.module.js';
import { AccessModule } from './access.module.js';
import { AdministrationModule } from './administration.module.js';
import { CredentialsModule } from './credentials.module.js';
import { IdentityModule } from './identity.module.js';
import { InfrastructureModule, type RunningConfig } from './infrastructure.module.js';
import { MetricsServerModule } from './metrics.module.js';
import { NotificationModule } from './notification.module.js';
import { OtpModule } from './otp.module.js';
import { ReadinessModule } from './readiness.module.js';
import { RegistrationModule } from './registration.module.js';
import { RiskModule } from './risk.module.js';
import { SessionModule } from './session.module.js';
import { ThrottlingModule } from './throttling.module.js';

/** The whole program, one line a context. */
@Module({})
export class AppModule {
  static register(config: RunningConfig): DynamicModule {
    const notification = NotificationModule.register(config);
    const readiness = ReadinessModule.register(notification);
    const credentials = CredentialsModule.register(config);
    const registration = RegistrationModule.register(credentials);
    const contexts = [
      ThrottlingModule,
      IdentityModule,
      SessionModule,
      OtpModule,
      credentials,
      registration,
      AccessModule,
      AdministrationModule.register(registration),
    ];
    return {
      module: AppModule,
      imports: [
        InfrastructureModule.register(config, 'gatehouse-api'),
        MetricsServerModule.register(config),
        RiskModule.register(config),
        ...contexts,
        readiness,
        ...(config.worker ? [WorkerModule.register(notification, config)] : []),
      ],
      exports: [...contexts, readiness],
    };
  }
}
