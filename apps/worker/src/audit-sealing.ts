import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { writeCheckpoint, type SealAuditBatches } from '#domain/audit';
import { seconds } from '#domain/kernel';
import { LogFields } from '../../api/src/logging/index.js';
import { RepeatedJob } from './repeated-job.js';

/** With the wait for older transactions, a row is unsealed for about twice as long. */
const INTERVAL = seconds(5);

/**
 * Seals the audit trail every few seconds. Each checkpoint goes to the log as well: whoever can rewrite the
 * database cannot rewrite what was shipped from here.
 */
export class AuditSealing implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('AuditSealing');
  readonly #job = new RepeatedJob(
    () => this.#seal(),
    (error) => this.#logger.error(`The audit trail was not sealed: ${String(error)}`),
  );

  constructor(private readonly sealing: SealAuditBatches) {}

  onApplicationBootstrap(): void {
    this.#job.start(INTERVAL);
  }

  onModuleDestroy(): Promise<void> {
    return this.#job.stop();
  }

  async #seal(): Promise<void> {
    const made = await this.sealing.execute();
    if (made) this.#logger.log(new LogFields('audit checkpoint', { checkpoint: writeCheckpoint(made) }));
  }
}
