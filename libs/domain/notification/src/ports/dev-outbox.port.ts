import { token } from '#domain/kernel';
import type { Channel, MessageContent } from '../model/message.js';
import type { TemplateName } from '../model/notification.js';

/** A message as a developer reads it. Nothing is secret here, which is why production has no dev outbox. */
export interface DevOutboxMessage extends MessageContent {
  readonly id: string;
  readonly channel: Channel;
  readonly to: string;
  readonly template: TemplateName;
  readonly createdAt: Date;
}

export interface DevOutboxQuery {
  /** The exact recipient; everyone's messages when absent. */
  readonly to?: string | undefined;
  readonly limit: number;
}

/** Stands in for the real transports until one is configured. */
export interface DevOutbox {
  /** Keeps the message unless one with its id is there already; of parallel calls the first one's stays. */
  keep(message: DevOutboxMessage): Promise<void>;
  /** Newest first by `createdAt`, then by `id`. */
  list(query: DevOutboxQuery): Promise<readonly DevOutboxMessage[]>;
}

export const DEV_OUTBOX = token<DevOutbox>('DevOutbox');
