import { addMilliseconds, token, type Clock, type UnitOfWork } from '#domain/kernel';
import type { AccountImports } from '../ports/account-imports.port.js';

export interface ImportRetentionPolicy {
  /** Milliseconds since its last batch for which an import can be gone on with and its failures be read. */
  readonly keepFor: number;
}

export const IMPORT_RETENTION_POLICY = token<ImportRetentionPolicy>('ImportRetentionPolicy');

/** Forgets imports that are over, or were given up. Safe on several instances at once. */
export class ForgetImports {
  constructor(
    private readonly unitOfWork: UnitOfWork<{ readonly imports: AccountImports }>,
    private readonly clock: Clock,
    private readonly policy: ImportRetentionPolicy,
  ) {}

  /** Returns how many were forgotten. */
  execute(): Promise<number> {
    const before = addMilliseconds(this.clock.now(), -this.policy.keepFor);
    return this.unitOfWork.run(({ imports }) => imports.forget(before));
  }
}
