import type { Channel } from './message.js';
import type { TemplateName } from './notification.js';

/** How a message ended for good: nothing may send it again. */
export type FinalOutcome = 'sent' | 'expired' | 'rejected' | 'uncertain';

/** What became of one message. Holds nothing secret, so that the worker can log and count it as it is. */
export interface DeliveryReport {
  readonly messageId: string;
  readonly channel: Channel;
  readonly template: TemplateName;
  /** `duplicate`: someone else has the message in hand or has ended it. */
  readonly outcome: FinalOutcome | 'duplicate';
  readonly reason: string | null;
}
