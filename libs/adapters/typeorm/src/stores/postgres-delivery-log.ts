import type { DeliveryLog, FinalOutcome } from '#domain/notification';
import type { Queryable } from '../postgres-database.js';
import { statement } from '../statement-batch.js';

const CLAIM = statement(
  'delivery_claim',
  `INSERT INTO gatehouse.message_deliveries (message_id, claimed_at) VALUES ($1, $2)
   ON CONFLICT (message_id) DO NOTHING`,
);
const RELEASE = statement(
  'delivery_release',
  `DELETE FROM gatehouse.message_deliveries WHERE message_id = $1 AND outcome IS NULL`,
);
const SETTLE = statement(
  'delivery_settle',
  `UPDATE gatehouse.message_deliveries SET outcome = $2 WHERE message_id = $1 AND outcome IS NULL`,
);
const PURGE = statement('delivery_purge', `DELETE FROM gatehouse.message_deliveries WHERE claimed_at < $1`);

export class PostgresDeliveryLog implements DeliveryLog {
  constructor(private readonly db: Queryable) {}

  async claim(messageId: string, now: Date): Promise<'claimed' | 'already-claimed'> {
    const { rowCount } = await this.db.query(CLAIM, [messageId, now]);
    return rowCount === 1 ? 'claimed' : 'already-claimed';
  }

  async release(messageId: string): Promise<void> {
    await this.db.query(RELEASE, [messageId]);
  }

  async settle(messageId: string, outcome: FinalOutcome): Promise<void> {
    await this.db.query(SETTLE, [messageId, outcome]);
  }

  /** Forgets claims older than the queue could still redeliver; returns how many. */
  async purge(claimedBefore: Date): Promise<number> {
    const { rowCount } = await this.db.query(PURGE, [claimedBefore]);
    return rowCount ?? 0;
  }
}
