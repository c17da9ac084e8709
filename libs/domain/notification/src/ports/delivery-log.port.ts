import { token } from '#domain/kernel';
import type { FinalOutcome } from '../model/delivery-report.js';

/**
 * Remembers which messages were handed to a transport that cannot recognise a repeat. A claim has no lease:
 * one that its holder never settled (a crash in the middle of an attempt) stays, because nobody can tell
 * whether the message went out, and twice is worse than never.
 */
export interface DeliveryLog {
  /** Of any number of parallel claims on one message id, exactly one is answered `claimed`. */
  claim(messageId: string, now: Date): Promise<'claimed' | 'already-claimed'>;
  /** Gives an unsettled claim back after a definite failure. No effect on a settled or an unknown id. */
  release(messageId: string): Promise<void>;
  /** Ends a claimed message for good. The first outcome stands; no effect on an unknown id. */
  settle(messageId: string, outcome: FinalOutcome): Promise<void>;
}

export const DELIVERY_LOG = token<DeliveryLog>('DeliveryLog');
