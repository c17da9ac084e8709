import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { writeCheckpoint, type SealAuditBatches } from '#domain/audit';
import { seconds } from '#domain/kernel';
import { LogFields } from '../../api/src/logging/index.js';

/** With the wait for older transactions, a row is unsealed for about twice as long. */
const INTERVAL = seconds(5);

/**
 * Seals the audit trail every few seconds. Each checkpoint goes to the log as well: whoever can rewrite the
 * database cannot rewrite what was shipped from here.
 */
export class AuditSealing implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('AuditSealing');
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;

  constructor(private readonly sealing: SealAuditBatches) {}

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
    await this.#running;
  }

  async #run(): Promise<void> {
    try {
      const made = await this.sealing.execute();
      if (made) this.#logger.log(new LogFields('audit checkpoint', { checkpoint: writeCheckpoint(made) }));
    } catch (error) {
      this.#logger.error(`The audit trail was not sealed: ${String(error)}`);
    }
  }
}
