import { Test } from '@nestjs/testing';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import supertest from 'supertest';
import { createDataSource, Migrator } from '#adapters/typeorm';
import { CLOCK, days, Secret, type Clock } from '#domain/kernel';
import { AppModule } from '../../../apps/api/src/composition/app.module.js';
import { startTracing } from '../../../apps/api/src/composition/tracing.module.js';
import { loadConfig } from '../../../apps/api/src/config/index.js';
import { configureHttpApp, httpAdapter, HttpModule, nestOptions } from '../../../apps/api/src/http/index.js';
import { createLogger } from '../../../apps/api/src/logging/index.js';
import { createTestDatabase } from '../../support/postgres.js';

/** Real time, which a test can move forward. */
export class MovableClock implements Clock {
  #offset = 0;
  #stoppedAt: number | undefined;

  now(): Date {
    return new Date((this.#stoppedAt ?? Date.now()) + this.#offset);
  }

  /** From here on time passes only by `advance`: for what a slow machine's own time would change. */
  stop(): void {
    this.#stoppedAt = Date.now();
  }

  advance(milliseconds: number): void {
    this.#offset += milliseconds;
  }
}

/** A started service on a database of its own, reached as clients reach it. */
export interface Gatehouse {
  readonly app: NestFastifyApplication;
  readonly clock: MovableClock;
  readonly port: number;
  /** For another instance beside it. */
  readonly databaseUrl: string;
  /** Every line logged so far. */
  readonly log: readonly string[];
  request(): ReturnType<typeof supertest>;
  stop(): Promise<void>;
}

const migrated = {
  name: 'migrated',
  async prepare(url: string): Promise<void> {
    const dataSource = createDataSource({
      url: new Secret(url),
      poolSize: 2,
      applicationName: 'test-migrations',
    });
    await dataSource.initialize();
    try {
      // Partitions reach as far as tests move their clocks.
      await new Migrator(dataSource).up(new Date(Date.now() + days(45)));
    } finally {
      await dataSource.destroy();
    }
  },
};

export interface GatehouseOptions {
  /** Configuration as in the environment. Limits are off unless a test is about them. */
  readonly env?: Readonly<Record<string, string>>;
  /** The database of another instance, to run beside it; its keys come with `env.KEYS_DIR`. */
  readonly databaseUrl?: string;
}

export async function startGatehouse({ env = {}, databaseUrl }: GatehouseOptions = {}): Promise<Gatehouse> {
  const cwd = mkdtempSync(join(tmpdir(), 'gatehouse-e2e-'));
  const database = databaseUrl === undefined ? await createTestDatabase(migrated) : null;
  const url = databaseUrl ?? database?.url ?? '';
  const defaults = { NODE_ENV: 'test', PORT: '0', RATE_LIMITS: 'off', DATABASE_POOL_SIZE: '10' };
  const config = loadConfig({ env: { ...defaults, DATABASE_URL: url, ...env }, cwd });

  const log: string[] = [];
  const logger = createLogger({ logLevel: 'debug' }, { write: (line) => void log.push(line) });
  const clock = new MovableClock();
  const traces = await startTracing(config, 'gatehouse-api');
  const imports = [AppModule.register({ ...config, databaseUrl: new Secret(url), traces })];
  const testing = await Test.createTestingModule({ imports: [HttpModule.register({ config, imports })] })
    .overrideProvider(CLOCK)
    .useValue(clock)
    .compile();
  const app = testing.createNestApplication<NestFastifyApplication>(httpAdapter(config), nestOptions(logger));
  configureHttpApp(app, { config, logger, traces });
  await app.listen(0, '127.0.0.1');

  const server = app.getHttpServer();
  return {
    app,
    clock,
    log,
    databaseUrl: url,
    port: (server.address() as AddressInfo).port,
    request: () => supertest(server),
    async stop() {
      await app.close();
      await database?.drop();
      rmSync(cwd, { recursive: true });
    },
  };
}
