import { DatabaseError } from 'pg';
import type { Span, Tracing } from '#domain/kernel';
import type { Statement } from './statement-batch.js';

/** OpenTelemetry, "Semantic conventions for database client spans". */
const MAX_SUMMARY = 255;

/** One round trip, named after its statements: their texts are ours and the same each time, and their values nobody's business. */
export function roundTripSpan(
  tracing: Tracing,
  statements: readonly Statement[],
  parent: Span | null,
): Span | null {
  if (!parent) return null;
  const summary = statements.map(summaryOf).join(', ').slice(0, MAX_SUMMARY);
  const attributes = {
    'db.system.name': 'postgresql',
    'db.query.summary': summary,
    ...(statements.length > 1 && {
      'db.operation.name': 'BATCH',
      'db.operation.batch.size': statements.length,
    }),
  };
  return tracing.start(summary, { kind: 'client', attributes }, parent);
}

/** With the code of the server's refusal, if it was one. */
export function endRoundTrip(span: Span, failure?: unknown): void {
  if (failure instanceof DatabaseError && failure.code) {
    span.set({ 'db.response.status_code': failure.code });
  }
  span.end(failure);
}

const summaryOf = ({ name, text }: Statement): string =>
  name?.replace('gatehouse.', '') ?? /^\w+/.exec(text)?.[0] ?? '';
