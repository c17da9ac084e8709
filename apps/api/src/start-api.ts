import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { OfferSetup } from '#domain/access';
import { AppModule } from './composition/app.module.js';
import type { RunningConfig } from './composition/infrastructure.module.js';
import { startTracing } from './composition/tracing.module.js';
import { createHttpApp, Lifecycle } from './http/index.js';
import type { Logger } from './logging/index.js';

export interface RunningApi {
  /** Where it listens, with the port that the system chose where the configuration left it open. */
  readonly url: string;
  /** The link that makes the first administrator; null when there is one. */
  setupLink(): Promise<string | null>;
  /**
   * Turns `/ready` to 503, goes on serving for the configured delay if the signal came from an orchestrator,
   * whose load balancer has to notice first, then lets requests in flight finish and closes what is open.
   */
  stop(signal: NodeJS.Signals): Promise<void>;
}

/** Starts the program and listens. Rejects, with nothing left open, when it cannot. */
export async function startApi(config: RunningConfig, logger: Logger): Promise<RunningApi> {
  const traces = await startTracing(config, 'gatehouse-api');
  const imports = [AppModule.register({ ...config, traces })];
  const app = await createHttpApp({ config, logger, traces, imports });
  try {
    await app.listen({ host: config.http.host, port: config.http.port });
  } catch (error) {
    await app.close();
    throw error;
  }
  const { address, port, family } = app.getHttpServer().address() as AddressInfo;
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
  return {
    url,
    setupLink: async () => {
      const token = await app.get(OfferSetup, { strict: false }).execute();
      // What was configured is reachable from elsewhere; a port that the system chose is known only now.
      const origin = config.http.port === 0 ? url : config.http.publicUrl;
      return token && `${origin}/setup#${token.expose()}`;
    },
    stop: async (signal) => {
      app.get(Lifecycle).drain();
      if (signal === 'SIGTERM') await delay(config.http.shutdownDelay);
      await app.close();
    },
  };
}
