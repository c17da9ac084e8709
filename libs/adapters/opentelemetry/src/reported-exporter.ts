import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

/** Says once that exporting fails and once that it works again, however many batches are lost in between. */
export class ReportedExporter implements SpanExporter {
  #failing = false;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly report: (message: string) => void,
  ) {}

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.exporter.export(spans, (result) => {
      this.#note(result);
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.exporter.shutdown();
  }

  #note({ code, error }: ExportResult): void {
    const failed = code !== ExportResultCode.SUCCESS;
    if (failed === this.#failing) return;
    this.#failing = failed;
    // The code alone: the receiver's answer is part of the message, and may repeat what it was sent.
    const { code: given } = (error ?? {}) as { readonly code?: string | number };
    const why = given ?? error?.name ?? 'no reason given';
    this.report(
      failed ? `spans are lost: the receiver does not take them (${why})` : 'spans are taken again',
    );
  }
}
