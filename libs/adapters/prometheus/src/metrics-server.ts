import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Secret } from '#domain/kernel';
import type { Metrics } from './metrics.js';
import { carriesToken } from './scrape-permit.js';

export interface MetricsServerOptions {
  readonly host: string;
  readonly port: number;
  readonly token: Secret | undefined;
}

/** Milliseconds within which a request has to be there. */
const REQUEST_TIMEOUT = 5_000;

/** `/metrics` at a port of its own, which no proxy in front of the API leads to, and where there is nothing else. */
export class MetricsServer {
  readonly #server: Server;

  constructor(
    private readonly metrics: Metrics,
    private readonly options: MetricsServerOptions,
  ) {
    this.#server = createServer(
      { headersTimeout: REQUEST_TIMEOUT, requestTimeout: REQUEST_TIMEOUT },
      (request, response) => void this.#answer(request, response),
    );
  }

  get url(): string {
    const { address, port, family } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/metrics`;
  }

  async onApplicationBootstrap(): Promise<void> {
    this.#server.listen(this.options.port, this.options.host);
    try {
      await once(this.#server, 'listening');
    } catch (error) {
      // Whoever reads it is told of the right ones.
      throw Object.assign(error as Error, { settings: 'METRICS_' });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #answer({ method, url, headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const { token } = this.options;
    if (url !== '/metrics') return end(response, 404);
    if (method !== 'GET') return end(response, 405);
    if (token && !carriesToken(headers.authorization, token)) return end(response, 401);
    try {
      const body = await this.metrics.exposition();
      response.writeHead(200, { 'content-type': this.metrics.contentType, 'cache-control': 'no-store' });
      response.end(body);
    } catch {
      end(response, 500);
    }
  }
}

const end = (response: ServerResponse, status: number): void =>
  void response.writeHead(status, status === 401 ? { 'www-authenticate': 'Bearer' } : {}).end();
