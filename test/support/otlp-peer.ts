import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A span as it arrived: `opentelemetry/proto/trace/v1/trace.proto`, as far as tests read it. */
export interface ExportedSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for a root. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly name: string;
  readonly kind: number;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly resource: Readonly<Record<string, string | number>>;
}

/** An OTLP/HTTP receiver on loopback. */
export class OtlpPeer {
  readonly spans: ExportedSpan[] = [];
  readonly headers: IncomingMessage['headers'][] = [];
  /** What came over the wire, to look for what must not be in it. */
  readonly bodies: Buffer[] = [];
  /** A status to answer with, or never to answer. */
  mode: number | 'hang' = 200;
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #arrivals: (() => void)[] = [];

  static async start(): Promise<OtlpPeer> {
    const peer = new OtlpPeer();
    await new Promise<void>((resolve) => peer.#server.listen(0, '127.0.0.1', resolve));
    return peer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves with what the probe finds, once an export makes it find something. */
  async until<T>(probe: () => T | undefined | false): Promise<T> {
    for (;;) {
      const found = probe();
      if (found !== undefined && found !== false) return found;
      await this.nextExport();
    }
  }

  nextExport(): Promise<void> {
    return new Promise((resolve) => this.#arrivals.push(resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    this.headers.push(request.headers);
    this.bodies.push(body);
    if (request.url === '/v1/traces' && this.mode === 200) this.spans.push(...spansIn(body));
    const arrivals = this.#arrivals;
    this.#arrivals = [];
    arrivals.forEach((arrived) => arrived());
    if (this.mode !== 'hang') response.writeHead(this.mode).end();
  }
}

/** The fields of a protobuf message, by number: bytes for what has a length, numbers for the rest. */
type Fields = ReadonlyMap<number, readonly (Buffer | number)[]>;

function fieldsOf(message: Buffer): Fields {
  const fields = new Map<number, (Buffer | number)[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[at++]!;
      value += (byte % 128) * factor;
      if (byte < 128) return value;
    }
  };
  const bytes = (length: number): Buffer => message.subarray(at, (at += length));
  const readers: Record<number, () => Buffer | number> = {
    0: varint,
    1: () => bytes(8),
    2: () => bytes(varint()),
    5: () => bytes(4),
  };
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    fields.set(number, [...(fields.get(number) ?? []), readers[tag % 8]!()]);
  }
  return fields;
}

const all = (fields: Fields, number: number): Fields[] =>
  (fields.get(number) ?? []).map((value) => fieldsOf(value as Buffer));
const hex = (fields: Fields, number: number): string =>
  (fields.get(number)?.[0] as Buffer | undefined)?.toString('hex') ?? '';
const string = (fields: Fields, number: number): string =>
  (fields.get(number)?.[0] as Buffer | undefined)?.toString() ?? '';
const integer = (fields: Fields, number: number): number =>
  (fields.get(number)?.[0] as number | undefined) ?? 0;

const attributes = (keyValues: readonly Fields[]): Record<string, string | number> =>
  Object.fromEntries(
    keyValues.map((keyValue) => {
      const [value] = all(keyValue, 2) as [Fields];
      return [string(keyValue, 1), value.has(1) ? string(value, 1) : integer(value, 3)];
    }),
  );

function spansIn(request: Buffer): ExportedSpan[] {
  return all(fieldsOf(request), 1).flatMap((resourceSpans) => {
    const resource = attributes(all(resourceSpans, 1).flatMap((found) => all(found, 1)));
    return all(resourceSpans, 2).flatMap((scopeSpans) =>
      all(scopeSpans, 2).map((span) => ({
        traceId: hex(span, 1),
        spanId: hex(span, 2),
        traceState: string(span, 3),
        parentSpanId: hex(span, 4),
        name: string(span, 5),
        kind: integer(span, 6),
        failed: all(span, 15).some((status) => integer(status, 3) === 2),
        attributes: attributes(all(span, 9)),
        links: all(span, 13).map((link) => ({ traceId: hex(link, 1), spanId: hex(link, 2) })),
        resource,
      })),
    );
  });
}
