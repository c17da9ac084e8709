import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface TwilioRequest {
  readonly path: string;
  readonly authorization: string;
  readonly form: Readonly<Record<string, string>>;
}

/** What happens to one request. `hang` never answers, `drop` cuts the connection, both after reading it. */
export type TwilioStep =
  | { readonly status: number; readonly code?: number; readonly headers?: Record<string, string> }
  | 'hang'
  | 'drop';

/** A real HTTP server on loopback that answers as Twilio's Messages API does, except as scripted. */
export class TwilioPeer {
  /** Every request, whatever its answer. */
  readonly requests: TwilioRequest[] = [];
  readonly #steps: TwilioStep[] = [];
  readonly #server: Server;
  #port = 0;

  private constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<TwilioPeer> {
    const peer = new TwilioPeer();
    await new Promise<void>((resolve) => peer.#server.listen(0, '127.0.0.1', resolve));
    peer.#port = (peer.#server.address() as AddressInfo).port;
    return peer;
  }

  /** Plays these for the next requests, one each. */
  script(...steps: readonly TwilioStep[]): void {
    this.#steps.push(...steps);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests.push({
      path: request.url ?? '',
      authorization: request.headers.authorization ?? '',
      form: Object.fromEntries(new URLSearchParams(await text(request))),
    });
    const step = this.#steps.shift() ?? { status: 201 };
    if (step === 'hang') return;
    if (step === 'drop') return void request.socket.destroy();
    const { status, code, headers } = step;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(
      JSON.stringify(
        status < 400
          ? { sid: `SM${String(this.requests.length).padStart(32, '0')}`, status: 'queued' }
          : { status, code, message: `Scripted for ${this.requests.at(-1)?.form['To']}` },
      ),
    );
  }
}
