import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { RaiseAlerts } from '#domain/alerting';
import { seconds } from '#domain/kernel';

/** With the wait for older transactions, an alert begins about twice as long after its cause. */
const INTERVAL = seconds(2);

/** Looks every few seconds for what there is to alert somebody about. Any number of workers may. */
export class Alerting implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('Alerting');
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;

  constructor(private readonly raiseAlerts: RaiseAlerts) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#running ??= this.#run().finally(() => {
        this.#running = null;
      });
    }, INTERVAL);
  }

  /** Before the pool is closed, which Nest does a phase later. */
  async onModuleDestroy(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      while (this.#timer && (await this.raiseAlerts.execute()).outcome === 'raised');
    } catch (error) {
      this.#logger.error(`Alerts were not looked for: ${String(error)}`);
    }
  }
}
