import { bulkhead, BulkheadRejectedError } from 'cockatiel';
import { Agent, errors, request } from 'undici';
import { guardedConnector, systemResolve, type Resolve } from './guarded-connector.js';
import { OutboundError } from './outbound-error.js';

export interface OutboundOptions {
  /** URLs of the operator's own settings. Their origins may be anywhere, this machine and its network included. */
  readonly trusted?: readonly string[];
  /** Milliseconds. */
  readonly connectTimeout?: number;
  /** Bytes of an answer. */
  readonly maxAnswer?: number;
  readonly concurrency?: number;
  readonly resolve?: Resolve;
}

export interface OutboundRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds for the whole of it, waiting for its turn included. */
  readonly timeout: number;
  /** Answered by the status line: what comes after it, too much, too slowly or broken off, changes nothing. */
  readonly statusOnly?: boolean;
}

export interface OutboundAnswer {
  readonly status: number;
  /** Empty where only the status was asked for. */
  readonly body: string;
}

const CONNECT_TIMEOUT = 3_000;
const MAX_ANSWER = 262_144;
const CONCURRENCY = 16;
/** Those that may wait for each that is under way. */
const QUEUE = 16;

/**
 * The one way out to addresses that come from settings or from users. It follows no redirect, since whoever is
 * asked would choose the next destination, and decompresses nothing. Each consumer has its own: what one may reach
 * does not open it to another, and a slow peer keeps only its own consumer waiting.
 */
export class OutboundHttp {
  readonly #trusted: ReadonlySet<string>;
  readonly #anywhere: Agent;
  readonly #internet: Agent;
  readonly #turns;

  constructor({
    trusted = [],
    connectTimeout: timeout = CONNECT_TIMEOUT,
    maxAnswer: maxResponseSize = MAX_ANSWER,
    concurrency = CONCURRENCY,
    resolve = systemResolve,
  }: OutboundOptions = {}) {
    this.#trusted = new Set(trusted.map((url) => new URL(url).origin));
    this.#anywhere = new Agent({ maxResponseSize, connect: { timeout } });
    this.#internet = new Agent({ maxResponseSize, connect: guardedConnector(timeout, resolve) });
    this.#turns = bulkhead(concurrency, concurrency * QUEUE);
  }

  /** Throws an `OutboundError` and nothing else. */
  async send({ url: text, timeout, statusOnly = false, ...rest }: OutboundRequest): Promise<OutboundAnswer> {
    const url = parse(text);
    const dispatcher = this.#trusted.has(url.origin) ? this.#anywhere : this.#internet;
    const signal = AbortSignal.timeout(timeout);
    try {
      return await new Promise((resolve, reject) => {
        // Neither a turn nor a connection that is being made ends with the signal; what waits for them does.
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        const turn = this.#turns.execute(async () => {
          const { statusCode: status, body } = await request(url, { ...rest, dispatcher, signal });
          if (!statusOnly) return resolve({ status, body: await body.text() });
          resolve({ status, body: '' });
          await body.dump();
        }, signal);
        turn.catch(reject);
      });
    } catch (error) {
      throw new OutboundError(reasonOf(error, signal));
    }
  }
}

/** Credentials in a URL end up in logs; there are headers for them. */
function parse(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw new OutboundError('url-refused');
  }
  return url;
}

function reasonOf(error: unknown, signal: AbortSignal): OutboundError['reason'] {
  if (error instanceof OutboundError) return error.reason;
  if (error instanceof BulkheadRejectedError) return 'busy';
  if (error instanceof errors.ResponseExceededMaxSizeError) return 'too-large';
  return signal.aborted || error instanceof errors.ConnectTimeoutError ? 'timeout' : 'unreachable';
}
