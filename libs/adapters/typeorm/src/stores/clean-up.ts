import { addMilliseconds, days, hours } from '#domain/kernel';
import type { Queryable } from '../postgres-database.js';
import { ensureAuditPartitions } from './audit-partitions.js';
import { PostgresDeadLetters } from './postgres-dead-letters.js';
import { PostgresDeliveryLog } from './postgres-delivery-log.js';
import { PostgresDevOutbox } from './postgres-dev-outbox.js';
import { PostgresSessionStore } from './postgres-session-store.js';

const BATCH = 1_000;
/** Longer than the queue keeps an event, so that no redelivery meets a forgotten claim. */
const DELIVERY_RETENTION = days(30);
/** Not longer than the trail is kept at the least: whoever wants to ship a row again needs it. */
const DEAD_LETTER_RETENTION = days(30);
const DEV_MESSAGE_RETENTION = days(7);
/** Ended sessions stay for a while, to explain to their owner what happened. */
const ENDED_SESSION_RETENTION = days(30);
/** Longer than anybody looks back; the audit trail has every event for as long as it is kept. */
const ALERT_RETENTION = days(180);
/** Longer than any window. */
const ALERT_COUNTER_RETENTION = days(3);
/** A challenge is worthless after minutes, but its row carries the day's count of wrong guesses. */
const CHALLENGE_RETENTION = hours(48);
/** A link is worthless sooner, but its row knows when mails were sent; longer than any window. */
const LINK_RETENTION = hours(24);

/** Deletes what has outlived its use. Each step is idempotent and safe on several instances at once. */
export class CleanUp {
  readonly #deadLetters: PostgresDeadLetters;
  readonly #deliveries: PostgresDeliveryLog;
  readonly #devMessages: PostgresDevOutbox;
  readonly #sessions: PostgresSessionStore;

  constructor(private readonly db: Queryable) {
    this.#deadLetters = new PostgresDeadLetters(db);
    this.#deliveries = new PostgresDeliveryLog(db);
    this.#devMessages = new PostgresDevOutbox(db);
    this.#sessions = new PostgresSessionStore(db);
  }

  async run(now: Date): Promise<void> {
    await ensureAuditPartitions(this.db, now);
    await this.#deadLetters.purge(addMilliseconds(now, -DEAD_LETTER_RETENTION));
    await this.#deliveries.purge(addMilliseconds(now, -DELIVERY_RETENTION));
    await this.#devMessages.purge(addMilliseconds(now, -DEV_MESSAGE_RETENTION));
    await this.db.query({ text: 'DELETE FROM gatehouse.otp_challenges WHERE expires_at < $1' }, [
      addMilliseconds(now, -CHALLENGE_RETENTION),
    ]);
    await this.db.query({ text: 'DELETE FROM gatehouse.alerts WHERE closed_at < $1' }, [
      addMilliseconds(now, -ALERT_RETENTION),
    ]);
    await this.db.query({ text: 'DELETE FROM gatehouse.alert_counters WHERE since < $1' }, [
      addMilliseconds(now, -ALERT_COUNTER_RETENTION),
    ]);
    await this.db.query({ text: 'DELETE FROM gatehouse.password_failures WHERE forgotten_at < $1' }, [now]);
    await this.db.query({ text: 'DELETE FROM gatehouse.address_links WHERE expires_at < $1' }, [
      addMilliseconds(now, -LINK_RETENTION),
    ]);
    while (
      (await this.#sessions.purgeEnded(addMilliseconds(now, -ENDED_SESSION_RETENTION), BATCH)) === BATCH
    );
  }
}
