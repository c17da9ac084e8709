import { token } from './token.js';

/** What may be said of a piece of work: facts about the program, never what people gave it. */
export type SpanAttributes = Readonly<Record<string, string | number>>;

export interface SpanOptions {
  readonly kind?: 'internal' | 'client' | 'consumer';
  readonly attributes?: SpanAttributes;
}

/** A piece of work in a trace, from its beginning until `end`. */
export interface Span {
  /** By which work elsewhere goes on in the same trace (W3C Trace Context). */
  readonly traceparent: string;
  set(attributes: SpanAttributes): void;
  /** Says that the two concern each other, though neither is part of the other. */
  link(other: Span): void;
  /** With the error that it ended in, of which the class or code is kept and the message is not. */
  end(error?: unknown): void;
}

/**
 * For adapters to say what they spend time on. Present only where the deployment traces; null spans are for work that
 * no sampled trace is part of, which is most of it, so that asking has to cost next to nothing. Never throws.
 */
export interface Tracing {
  /** What the caller is doing this for. */
  active(): Span | null;
  /** A part of that, or of what else is given. */
  start(name: string, options?: SpanOptions, parent?: Span | null): Span | null;
  /** Work that is nobody's part: it goes on with the trace that sent it here, or begins one if the sampler takes it. */
  begin(name: string, options?: SpanOptions, traceparent?: string | null): Span | null;
  /** Runs the work as part of the span; with null, of nothing. */
  within<T>(span: Span | null, work: () => T): T;
}

/** Runs the work as the span, which ends with it. */
export async function inSpan<T>(tracing: Tracing, span: Span | null, work: () => Promise<T>): Promise<T> {
  try {
    const result = await tracing.within(span, work);
    span?.end();
    return result;
  } catch (error) {
    span?.end(error);
    throw error;
  }
}

export const TRACING = token<Tracing>('Tracing');
