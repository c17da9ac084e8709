import type { Rejection } from '../ports/auth-log-index.port.js';
import type { DeadLetter } from '../ports/dead-letters.port.js';

export const deadLettersOf = (rejections: readonly Rejection[], rejectedAt: Date): readonly DeadLetter[] =>
  rejections.map(({ row: { id, position }, type, reason }) => ({
    id,
    position,
    type,
    reason,
    rejectedAt,
  }));
