import { Module } from '@nestjs/common';
import {
  AUDIT_CHAIN,
  AUDIT_RETENTION_POLICY,
  AUDIT_SEALS,
  RetireAuditTrail,
  SealAuditBatches,
} from '#domain/audit';
import { CLOCK } from '#domain/kernel';
import { provide } from './provide.js';
import { traced } from './traced.js';

const useCases = [
  traced(provide(SealAuditBatches, [AUDIT_CHAIN, AUDIT_SEALS, CLOCK]), 'execute', 'seal audit trail'),
  provide(RetireAuditTrail, [AUDIT_CHAIN, SealAuditBatches, CLOCK, AUDIT_RETENTION_POLICY]),
];

/** Keeping the audit trail: its seals and its retention. */
@Module({ providers: useCases, exports: useCases })
export class AuditModule {}
