import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { RaiseAlerts } from '#domain/alerting';
import { seconds } from '#domain/kernel';
import { RepeatedJob } from './repeated-job.js';

/** With the wait for older transactions, an alert begins about twice as long after its cause. */
const INTERVAL = seconds(2);

/** Looks every few seconds for what there is to alert somebody about. Any number of workers may. */
export class Alerting implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('Alerting');
  readonly #job = new RepeatedJob(
    () => this.#catchUp(),
    (error) => this.#logger.error(`Alerts were not looked for: ${String(error)}`),
  );

  constructor(private readonly raiseAlerts: RaiseAlerts) {}

  onApplicationBootstrap(): void {
    this.#job.start(INTERVAL);
  }

  onModuleDestroy(): Promise<void> {
    return this.#job.stop();
  }

  async #catchUp(): Promise<void> {
    while (!this.#job.isStopped && (await this.raiseAlerts.execute()).outcome === 'raised');
  }
}
