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
  #isStopping = false;
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
    this.#isStopping = true;
    return this.#job.stop();
  }

  /** Each step by itself: what keeps one from its work must not keep the others from theirs. */
  async run(): Promise<void> {
    const failures = new Set<string>();
    const steps = [
      () => this.cleanUp.run(this.clock.now()),
      () => this.#counted(this.erasure, (count) => `Erased ${count} deleted accounts`),
      () => this.#counted(this.registrations, (count) => `Erased ${count} accounts that nobody proved`),
      () => this.#counted(this.devices, (count) => `Forgot ${count} devices that nobody uses`),
      () => this.#counted(this.imports, (count) => `Forgot ${count} imports`),
      async () => {
        for (const part of await this.auditRetention.execute()) this.#logger.log(`Dropped ${part}`);
      },
    ];
    for (const step of steps) {
      if (!this.#isStopping) await step().catch((error: unknown) => failures.add(String(error)));
    }
    if (failures.size > 0) throw new Error([...failures].join('; '));
  }

  async #counted(step: { execute(): Promise<number> }, done: (count: number) => string): Promise<void> {
    const count = await step.execute();
    if (count > 0) this.#logger.log(done(count));
  }
}
