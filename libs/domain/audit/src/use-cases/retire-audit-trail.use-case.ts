import { addMilliseconds, token, type Clock } from '#domain/kernel';
import type { AuditChain } from '../ports/audit-chain.port.js';
import type { SealAuditBatches } from './seal-audit-batches.use-case.js';

export interface AuditRetentionPolicy {
  /** Milliseconds; null keeps the trail for ever. */
  readonly keepFor: number | null;
}

export const AUDIT_RETENTION_POLICY = token<AuditRetentionPolicy>('AuditRetentionPolicy');

/** Drops whole months that have outlived their retention, after a signed record that they may be missing. */
export class RetireAuditTrail {
  constructor(
    private readonly chain: AuditChain,
    private readonly sealing: SealAuditBatches,
    private readonly clock: Clock,
    private readonly policy: AuditRetentionPolicy,
  ) {}

  /** Returns the names of what it dropped. */
  async execute(): Promise<readonly string[]> {
    if (this.policy.keepFor === null) return [];
    const limit = addMilliseconds(this.clock.now(), -this.policy.keepFor);
    const before = new Date(Date.UTC(limit.getUTCFullYear(), limit.getUTCMonth()));
    const parts = await this.chain.partsBefore(before);
    if (parts.length === 0 || !(await this.sealing.retire(before))) return [];
    for (const part of parts) await this.chain.drop(part);
    return parts;
  }
}
