import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { CleanUp } from '#adapters/typeorm';
import type { ForgetImports } from '#domain/administration';
import type { RetireAuditTrail } from '#domain/audit';
import type { EraseExpiredRegistrations } from '#domain/credentials';
import type { EraseDeletedAccounts } from '#domain/identity';
import { hours, type Clock } from '#domain/kernel';
import type { ForgetUnusedDevices } from '#domain/session';
import { RepeatedJob } from './repeated-job.js';

const INTERVAL = hours(1);

/** Runs the clean-up at the start and hourly. Several workers may: each step is idempotent. */
export class HouseKeeping implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #logger = new Logger('HouseKeeping');
  readonly #job = new RepeatedJob(
    () => this.run(),
    (error) => this.#logger.warn(`Clean-up failed and will run again: ${String(error)}`),
  );

  constructor(
    private readonly cleanUp: CleanUp,
    private readonly erasure: EraseDeletedAccounts,
    private readonly auditRetention: RetireAuditTrail,
    private readonly registrations: EraseExpiredRegistrations,
    private readonly devices: ForgetUnusedDevices,
    private readonly imports: ForgetImports,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.#job.start(INTERVAL);
    this.#job.now();
  }

  onModuleDestroy(): Promise<void> {
    return this.#job.stop();
  }

  async run(): Promise<void> {
    await this.cleanUp.run(this.clock.now());
    const erased = await this.erasure.execute();
    if (erased > 0) this.#logger.log(`Erased ${erased} deleted accounts`);
    const unproved = await this.registrations.execute();
    if (unproved > 0) this.#logger.log(`Erased ${unproved} accounts that nobody proved`);
    const unused = await this.devices.execute();
    if (unused > 0) this.#logger.log(`Forgot ${unused} devices that nobody uses`);
    const imports = await this.imports.execute();
    if (imports > 0) this.#logger.log(`Forgot ${imports} imports`);
    for (const part of await this.auditRetention.execute()) this.#logger.log(`Dropped ${part}`);
  }
}
