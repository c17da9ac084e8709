import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import {
  defaultTextMapGetter,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
  type Context,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import {
  seconds,
  type Secret,
  type Span,
  type SpanAttributes,
  type SpanOptions,
  type Tracing,
} from '#domain/kernel';
import { Allowance } from './allowance.js';
import { OpenTelemetrySpan } from './open-telemetry-span.js';
import { spansForRedis } from './redis-spans.js';
import { ReportedExporter } from './reported-exporter.js';

export interface TracingOptions {
  /** Base URL of an OTLP/HTTP receiver. */
  readonly endpoint: string;
  /** Sent with every export, such as an API key. */
  readonly headers?: Secret<Readonly<Record<string, string>>> | undefined;
  /** Share of the traces that begin here which are recorded, from 0 to 1. */
  readonly ratio: number;
  readonly serviceName: string;
  readonly serviceVersion: string;
  /** Told when exporting begins to fail and when it works again. */
  readonly onTrouble: (message: string) => void;
  /** Milliseconds that an export may take. */
  readonly timeout?: number;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What a request's span says of it; asked for only if there is a span. */
export interface RequestDescription {
  readonly name: string;
  readonly attributes: SpanAttributes;
}

export interface Reception {
  /** Undefined when the request is part of no trace that anybody could look up. */
  readonly traceId: string | undefined;
  /** Null when it is not sampled. */
  readonly span: OpenTelemetrySpan | null;
}

const EXPORT_INTERVAL = seconds(1);
const SHUTDOWN_BOUND = seconds(2);
/** Spans that wait for export, about a kilobyte each; what comes on top is dropped. */
const QUEUE = 4_096;
const BATCH = 512;
/** Requests a second that are recorded on callers' word. Anybody can send a header that asks for it. */
const MAX_OF_CALLERS = 100;
/** And of those whose trace begins here: with its spans and their export, one takes most of a millisecond. */
const MAX_OF_OURS = 25;

const PASSED_OVER: Reception = { traceId: undefined, span: null };
const KINDS = { internal: SpanKind.INTERNAL, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER };
const propagator = new W3CTraceContextPropagator();

/**
 * Spans through OpenTelemetry's SDK. Nothing is registered globally and no library is patched: spans are begun where
 * our own code passes, and the context that they need is one `AsyncLocalStorage`, entered for sampled work only.
 */
export class OpenTelemetryTracing implements Tracing {
  readonly #current = new AsyncLocalStorage<OpenTelemetrySpan | null>();
  readonly #ofCallers = new Allowance(MAX_OF_CALLERS);
  readonly #ofOurs = new Allowance(MAX_OF_OURS);
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;
  readonly #leaveRedis: () => void;
  readonly #ratio: number;
  readonly #timeout: number;

  constructor({ timeout = seconds(5), ...options }: TracingOptions) {
    const { endpoint, headers, serviceName, serviceVersion, onTrouble } = options;
    this.#ratio = options.ratio;
    this.#timeout = timeout;
    const exporter = new OTLPTraceExporter({
      url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
      headers: { ...headers?.expose() },
      timeoutMillis: timeout,
    });
    this.#provider = new TracerProvider({
      resource: defaultResource().merge(
        resourceFromAttributes({
          'service.name': serviceName,
          'service.version': serviceVersion,
          'service.instance.id': randomUUID(),
        }),
      ),
      spanProcessors: [
        new BatchSpanProcessor({
          exporter: new ReportedExporter(exporter, onTrouble),
          scheduledDelayMillis: EXPORT_INTERVAL,
          exportTimeoutMillis: timeout + seconds(1),
          maxQueueSize: QUEUE,
          maxExportBatchSize: BATCH,
        }),
      ],
    });
    this.#tracer = this.#provider.getTracer('gatehouse');
    this.#leaveRedis = spansForRedis(this);
  }

  active(): OpenTelemetrySpan | null {
    return this.#current.getStore() ?? null;
  }

  start(name: string, options?: SpanOptions, parent: Span | null = this.active()): OpenTelemetrySpan | null {
    if (!parent) return null;
    return this.#begin(name, options, trace.setSpan(ROOT_CONTEXT, (parent as OpenTelemetrySpan).otel));
  }

  begin(name: string, options?: SpanOptions, traceparent?: string | null): OpenTelemetrySpan | null {
    const context = contextOf({ traceparent: traceparent ?? undefined });
    return this.#takes(context) ? this.#begin(name, options, context) : null;
  }

  within<T>(span: Span | null, work: () => T): T {
    return this.#current.run(span as OpenTelemetrySpan | null, work);
  }

  /**
   * The server's span of a request: part of the caller's trace where the caller says so, or the root of one. A caller's
   * trace has its id here whether it is sampled or not, for the caller may know it by that; one of ours only if it is.
   */
  receive<Request>(
    headers: Headers,
    request: Request,
    describe: (request: Request) => RequestDescription,
  ): Reception {
    const context = contextOf(headers);
    const caller = trace.getSpanContext(context)?.traceId;
    const allowance = caller === undefined ? this.#ofOurs : this.#ofCallers;
    if (!this.#takes(context) || !allowance.take()) {
      return caller === undefined ? PASSED_OVER : { traceId: caller, span: null };
    }
    const { name, attributes } = describe(request);
    const options = { kind: SpanKind.SERVER, attributes };
    const span = new OpenTelemetrySpan(this.#tracer.startSpan(name, options, context));
    return { traceId: span.traceId, span };
  }

  /** Sends what is left, as far as that takes no longer than its bound. Nest's last phase, when all else has ended. */
  async onApplicationShutdown(): Promise<void> {
    this.#leaveRedis();
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.min(this.#timeout, SHUTDOWN_BOUND));
    });
    // The exporter's reporter has said already what became of it.
    await Promise.race([this.#provider.shutdown().catch(() => undefined), bound]);
    clearTimeout(timer);
  }

  #begin(
    name: string,
    { kind = 'internal', attributes = {} }: SpanOptions = {},
    parent: Context,
  ): OpenTelemetrySpan {
    return new OpenTelemetrySpan(this.#tracer.startSpan(name, { kind: KINDS[kind], attributes }, parent));
  }

  /**
   * Sampling based on the parent, or on chance. Decided before the SDK is asked, which makes ids and objects for the
   * spans that it does not record as well.
   */
  #takes(context: Context): boolean {
    const parent = trace.getSpanContext(context);
    return parent ? (parent.traceFlags & TraceFlags.SAMPLED) !== 0 : Math.random() < this.#ratio;
  }
}

/** Whatever is no valid `traceparent` is as good as none (W3C Trace Context, 4.3). */
const contextOf = (carrier: Headers): Context =>
  carrier['traceparent'] === undefined
    ? ROOT_CONTEXT
    : propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
