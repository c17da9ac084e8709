import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import twilio from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient.js';
import { seconds } from '#domain/kernel';
import { DeliveryError } from '#domain/notification';

type Response<T> = Awaited<ReturnType<RequestClient['request']>> & { body: T };

/** What axios throws, as far as it is used here: never passed on, because it holds the request. */
interface RequestFailure {
  readonly code?: string;
  readonly request?: http.ClientRequest;
}

/** Sockets over which a request may have been written. */
const established = new WeakSet<Duplex>();

const watched = (socket: Duplex | null | undefined, event: string): Duplex | null | undefined =>
  socket?.once(event, () => established.add(socket));

class HttpAgent extends http.Agent {
  override createConnection(...args: Parameters<http.Agent['createConnection']>): Duplex | null | undefined {
    return watched(super.createConnection(...args), 'connect');
  }
}

class HttpsAgent extends https.Agent {
  override createConnection(...args: Parameters<https.Agent['createConnection']>): Duplex | null | undefined {
    return watched(super.createConnection(...args), 'secureConnect');
  }
}

/**
 * The SDK's client with two additions: another base URL, and failures told apart by whether Twilio may have
 * taken the message. A connection serves one request, because one that Twilio had already closed would fail
 * in a way that looks like a message taken.
 */
export class TwilioHttpClient extends twilio.RequestClient {
  readonly #baseUrl: URL | null;

  constructor(timeout: number, baseUrl: string | undefined) {
    super({ timeout, keepAlive: false });
    this.#baseUrl = baseUrl === undefined ? null : new URL(baseUrl);
    Object.assign(this.axios.defaults, { httpAgent: new HttpAgent(), httpsAgent: new HttpsAgent() });
  }

  override async request<T>(options: RequestClient.RequestOptions<T>): Promise<Response<T>> {
    let response: Response<T>;
    try {
      response = await super.request({ ...options, uri: this.#rebase(options.uri) });
    } catch (error) {
      throw unanswered(error as RequestFailure);
    }
    if (response.statusCode >= 200 && response.statusCode < 300) return response;
    throw refused(response);
  }

  #rebase(uri: string): string {
    if (!this.#baseUrl) return uri;
    const { pathname, search } = new URL(uri);
    return new URL(this.#baseUrl.pathname.replace(/\/$/u, '') + pathname + search, this.#baseUrl).href;
  }
}

function unanswered({ code = 'failed', request }: RequestFailure): DeliveryError {
  const written = request?.socket && established.has(request.socket);
  return new DeliveryError(written ? 'uncertain' : 'retry', `twilio-${code}`);
}

/**
 * 401 is our configuration, which someone can repair before the queue gives up; 504 is a gateway that does
 * not know whether the message was taken.
 */
function refused({ statusCode, body, headers }: Response<unknown>): DeliveryError {
  const code = (body as { code?: unknown } | null)?.code;
  const reason = `twilio-${typeof code === 'number' ? code : `http-${statusCode}`}`;
  if (statusCode === 504) return new DeliveryError('uncertain', reason);
  if (statusCode >= 500 || statusCode === 429 || statusCode === 401) {
    return new DeliveryError('retry', reason, retryAfter(headers));
  }
  return new DeliveryError('permanent', reason);
}

/** Retry-After in its delay form (RFC 9110 10.2.3), which is the one Twilio uses. */
function retryAfter(headers: unknown): number {
  const value = Number((headers as Record<string, unknown> | undefined)?.['retry-after']);
  return Number.isFinite(value) && value > 0 ? seconds(value) : 0;
}
