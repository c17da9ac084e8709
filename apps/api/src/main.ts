import 'reflect-metadata';
import { ConfigError, loadConfig } from './config/index.js';
import { explain } from './explain.js';
import { createLogger } from './logging/index.js';
import { shutDown, untilSignalled } from './run.js';
import { startApi } from './start-api.js';

/** The api alone, for deployments that run PostgreSQL, migrations and the worker by themselves. */
try {
  const config = loadConfig({ env: process.env, cwd: process.cwd() });
  const { url: databaseUrl } = config.database;
  if (!databaseUrl) throw new ConfigError([{ where: 'DATABASE_URL (database.url)', message: 'is needed' }]);
  const logger = createLogger(config);
  const api = await startApi({ ...config, databaseUrl }, logger);
  logger.info(`listening on ${api.url}`);
  const signal = await untilSignalled();
  await shutDown(() => api.stop(signal));
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exit(1);
}
