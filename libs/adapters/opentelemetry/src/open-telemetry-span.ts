import { SpanStatusCode, type Span as OtelSpan } from '@opentelemetry/api';
import type { Span, SpanAttributes } from '#domain/kernel';

/** A sampled span: of the others no object is made. */
export class OpenTelemetrySpan implements Span {
  constructor(readonly otel: OtelSpan) {}

  get traceId(): string {
    return this.otel.spanContext().traceId;
  }

  get traceparent(): string {
    const { traceId, spanId } = this.otel.spanContext();
    return `00-${traceId}-${spanId}-01`;
  }

  set(attributes: SpanAttributes): void {
    this.otel.setAttributes(attributes);
  }

  link(other: Span): void {
    this.otel.addLink({ context: (other as OpenTelemetrySpan).otel.spanContext() });
  }

  end(error?: unknown): void {
    if (error !== undefined) this.fail(kindOf(error));
    this.otel.end();
  }

  fail(kind: string): void {
    this.otel.setAttribute('error.type', kind).setStatus({ code: SpanStatusCode.ERROR });
  }
}

/** Its code, or else its class. A message may repeat what it stumbled over: an address, a code, a row. */
function kindOf(error: unknown): string {
  const { code, reason, name } = (error ?? {}) as Readonly<Record<string, unknown>>;
  const isPlain = (text: unknown): text is string => typeof text === 'string' && /^[\w.-]{1,64}$/.test(text);
  return [code, reason, name].find(isPlain) ?? '_OTHER';
}
