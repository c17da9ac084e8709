import { Command } from 'commander';
import { hasDevOutbox, loadConfig, type Config } from '../../../api/src/config/index.js';
import { createLogger } from '../../../api/src/logging/index.js';
import { shutDown, untilSignalled } from '../../../api/src/run.js';
import { startApi } from '../../../api/src/start-api.js';
import { openDatabase, withMigrator, type Database } from '../database.js';
import { Progress } from '../progress.js';

async function start(): Promise<void> {
  const config = loadConfig({ env: process.env, cwd: process.cwd() });
  const logger = createLogger(config);
  const progress = new Progress();
  const signalled = untilSignalled();

  const database = await openDatabase(config, {
    log: (line) => logger[line.startsWith('LOG:') ? 'debug' : 'warn'](line),
    onProgress: (step) => progress.step(step),
  });
  try {
    progress.step('Migrating');
    await withMigrator(database.url, (migrator) => migrator.up(new Date()));
    progress.step('Starting Gatehouse');
    const api = await startApi({ ...config, databaseUrl: database.url }, logger);
    progress.done();
    console.log(welcome(config, database, api.url, await api.setupLink()));
    const signal = await signalled;
    console.log('Stopping');
    await shutDown(async () => {
      await api.stop(signal);
      await database.stop();
    });
  } catch (error) {
    await database.stop();
    throw error;
  }
}

function welcome(config: Config, { embedded }: Database, url: string, setupLink: string | null): string {
  const lines = [
    '',
    '  Gatehouse is running.',
    '',
    `  API          ${url}/api/v1`,
    `  Swagger UI   ${url}/docs`,
    ...(hasDevOutbox(config) ? [`  Dev outbox   ${url}/dev/outbox`] : []),
    `  Database     ${embedded ? `embedded PostgreSQL, data in ${config.dataDir}` : 'as configured'}`,
    ...(config.redis.url
      ? []
      : ['  Redis        none: limits and revocations are kept by this instance alone']),
    ...(setupLink ? setupOffer(setupLink) : []),
    '',
    '  Ctrl-C stops it.',
    '',
  ];
  return lines.join('\n');
}

const setupOffer = (link: string): readonly string[] => [
  '',
  '  Nobody administrates it yet. This link makes the first administrator, once, within an hour:',
  `  ${link}`,
  '  So does "npx gatehouse admin create --identifier you@example.com".',
];

export const startCommand = new Command('start')
  .description('Start everything: the database if none is configured, migrations, the api and the worker')
  .action(start);
