import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ShippingPace, type Setback, type ShipAuditLog, type ShippingReport } from '#domain/audit';
import { seconds } from '#domain/kernel';

/** Between two looks at a trail that is shipped. */
const INTERVAL = seconds(1);
/** What a write in progress gets to end by itself when the process is to end. */
const GRACE = seconds(3);

/**
 * Ships the audit trail for as long as the process lives, on a path of its own: nobody waits for it, and an
 * Elasticsearch that is slow, full or gone makes it slower and nothing else.
 */
export class AuthLogShipping implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('AuthLogShipping');
  readonly #pace = new ShippingPace(Math.random);
  readonly #abort = new AbortController();
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #stopping = false;
  /** The reason that was logged last, until shipping goes on. */
  #trouble: string | null = null;

  constructor(
    private readonly shipping: ShipAuditLog,
    private readonly index: { close(): Promise<void> },
    private readonly onReport: (report: ShippingReport) => void = () => undefined,
  ) {}

  onApplicationBootstrap(): void {
    this.#after(0);
  }

  /** Before the pool is closed, which Nest does a phase later. */
  async onModuleDestroy(): Promise<void> {
    this.#stopping = true;
    if (this.#timer) clearTimeout(this.#timer);
    const cutOff = setTimeout(() => this.#abort.abort(), GRACE);
    await this.#running;
    clearTimeout(cutOff);
    await this.shipping.release().catch(() => undefined);
    await this.index.close().catch(() => undefined);
  }

  #after(milliseconds: number): void {
    if (this.#stopping) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#run().then((wait) => this.#after(wait));
    }, milliseconds);
  }

  /** Returns the milliseconds until the next. */
  async #run(): Promise<number> {
    try {
      const report = await this.shipping.execute(this.#pace.limit, this.#abort.signal);
      if (!report) return INTERVAL;
      this.onReport(report);
      if (report.rejected > 0) this.#logger.warn(`Elasticsearch rejected ${report.rejected} documents`);
      if (report.setback) return this.#failed(report.setback);
      this.#succeeded();
      return report.more ? 0 : INTERVAL;
    } catch (error) {
      return this.#failed({ kind: 'unreachable', reason: String(error), retryAfter: null });
    }
  }

  #succeeded(): void {
    this.#pace.succeeded();
    if (this.#trouble !== null) this.#logger.log('The audit trail is being shipped again');
    this.#trouble = null;
  }

  #failed({ kind, reason, retryAfter }: Setback): number {
    if (this.#stopping) return 0;
    if (this.#trouble !== reason) this.#logger.warn(`The audit trail is not shipped: ${reason}`);
    this.#trouble = reason;
    return this.#pace.failed({ overloaded: kind === 'overloaded', retryAfter });
  }
}
