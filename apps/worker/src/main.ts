import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { InfrastructureModule } from '../../api/src/composition/infrastructure.module.js';
import { MetricsServerModule } from '../../api/src/composition/metrics.module.js';
import { NotificationModule } from '../../api/src/composition/notification.module.js';
import { startTracing } from '../../api/src/composition/tracing.module.js';
import { ConfigError, loadConfig } from '../../api/src/config/index.js';
import { explain } from '../../api/src/explain.js';
import { createLogger, NestLogger } from '../../api/src/logging/index.js';
import { shutDown, untilSignalled } from '../../api/src/run.js';
import { WorkerModule } from './worker.module.js';

/** The worker alone; any number of them share the work. */
try {
  const config = loadConfig({ env: process.env, cwd: process.cwd() });
  const { url: databaseUrl } = config.database;
  if (!databaseUrl) throw new ConfigError([{ where: 'DATABASE_URL (database.url)', message: 'is needed' }]);
  const logger = createLogger(config);
  const traces = await startTracing(config, 'gatehouse-worker');
  const infrastructure = InfrastructureModule.register(
    { ...config, databaseUrl, traces },
    'gatehouse-worker',
  );
  const worker = await NestFactory.createApplicationContext(
    {
      module: class WorkerProcess {},
      imports: [
        infrastructure,
        MetricsServerModule.register(config),
        WorkerModule.register(NotificationModule.register(config), config),
      ],
    },
    { logger: new NestLogger(logger), abortOnError: false },
  );
  logger.info('working');
  await untilSignalled();
  await shutDown(() => worker.close());
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
