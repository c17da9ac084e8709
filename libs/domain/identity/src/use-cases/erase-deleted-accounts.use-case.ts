import type { AuditTrail } from '#domain/audit';
import { addMilliseconds, originOf, type Clock, type IdGenerator, type UnitOfWork } from '#domain/kernel';
import type { Accounts } from '../ports/accounts.port.js';
import type { DeletionPolicy } from './delete-account.use-case.js';

const BATCH = 500;

interface ErasureTx {
  readonly accounts: Accounts;
  readonly audit: AuditTrail;
}

/**
 * The clean-up that erases accounts, and frees their identifiers, once their reservation is over. Run by the worker.
 * What stays of an account is its id in the audit trail, with the time of its erasure: the proof that it was done.
 */
export class EraseDeletedAccounts {
  constructor(
    private readonly unitOfWork: UnitOfWork<ErasureTx>,
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
    private readonly policy: DeletionPolicy,
  ) {}

  /** Returns how many accounts were erased. */
  async execute(): Promise<number> {
    const occurredAt = this.clock.now();
    const deletedBefore = addMilliseconds(occurredAt, -this.policy.reservedFor);
    const origin = originOf('gatehouse worker', this.ids.next());
    for (let total = 0; ;) {
      const erased = await this.unitOfWork.run(async ({ accounts, audit }) => {
        const ids = await accounts.eraseDeleted(deletedBefore, BATCH);
        for (const userId of ids) {
          audit.append({ action: 'user.erased', result: 'success', occurredAt, origin, userId });
        }
        return ids.length;
      });
      total += erased;
      if (erased < BATCH) return total;
    }
  }
}
