import { addMilliseconds, type Clock } from '#domain/kernel';
import type { RegistrationPolicy } from '../model/registration.js';
import type { ExpiredRegistrations } from '../ports/registrations.port.js';

const BATCH = 500;

/** The clean-up of accounts that nobody proved. Run by the worker. */
export class EraseExpiredRegistrations {
  constructor(
    private readonly registrations: ExpiredRegistrations,
    private readonly clock: Clock,
    private readonly policy: RegistrationPolicy,
  ) {}

  /** Returns how many accounts were erased. */
  async execute(): Promise<number> {
    const createdBefore = addMilliseconds(this.clock.now(), -this.policy.pendingLifetime);
    let total = 0;
    for (;;) {
      const erased = await this.registrations.erase(createdBefore, BATCH);
      total += erased;
      if (erased < BATCH) return total;
    }
  }
}
