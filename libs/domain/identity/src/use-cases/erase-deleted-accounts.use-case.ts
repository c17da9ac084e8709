import { addMilliseconds, type Clock } from '#domain/kernel';
import type { AccountDirectory } from '../ports/accounts.port.js';
import type { DeletionPolicy } from './delete-account.use-case.js';

const BATCH = 500;

/** The clean-up that frees identifiers once their reservation is over. Run by the worker. */
export class EraseDeletedAccounts {
  constructor(
    private readonly directory: AccountDirectory,
    private readonly clock: Clock,
    private readonly policy: DeletionPolicy,
  ) {}

  /** Returns how many accounts were erased. */
  async execute(): Promise<number> {
    const deletedBefore = addMilliseconds(this.clock.now(), -this.policy.reservedFor);
    let total = 0;
    for (;;) {
      const erased = await this.directory.eraseDeleted(deletedBefore, BATCH);
      total += erased;
      if (erased < BATCH) return total;
    }
  }
}
