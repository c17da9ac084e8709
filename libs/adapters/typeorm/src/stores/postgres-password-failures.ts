import {
  NO_WAIT,
  type CountedAttempt,
  type FailureCounter,
  type PasswordFailures,
} from '#domain/credentials';
import type { PostgresTransaction } from '../postgres-database.js';
import { statement } from '../statement-batch.js';

const START_OVER = statement(
  'password_failures_start_over',
  `DELETE FROM gatehouse.password_failures WHERE subject = $1 AND device = $2`,
);
/** A wait that a later failure set stays. */
const TAKE_BACK = statement(
  'password_failures_take_back',
  `UPDATE gatehouse.password_failures SET
     failures = GREATEST(failures - 1, 0),
     blocked_until = CASE WHEN blocked_until = $3 THEN $4 ELSE blocked_until END
   WHERE subject = $1 AND device = $2`,
);
const CLEAR = statement(
  'password_failures_clear',
  `DELETE FROM gatehouse.password_failures WHERE subject = $1`,
);

/** The network always comes first, as when an attempt is counted: in one order, nobody waits in a circle. */
export class PostgresPasswordFailures implements PasswordFailures {
  constructor(private readonly db: PostgresTransaction) {}

  takeBack({ counter, network }: CountedAttempt): void {
    this.#takeBack(network);
    this.#takeBack(counter);
  }

  forgive({ counter, network }: CountedAttempt): void {
    this.#takeBack(network);
    this.db.defer(START_OVER, [counter.subject, counter.device]);
  }

  clear(userId: string): void {
    this.db.defer(CLEAR, [`user:${userId}`]);
  }

  #takeBack(counter: FailureCounter | null): void {
    if (counter) this.db.defer(TAKE_BACK, [counter.subject, counter.device, counter.blockedUntil, NO_WAIT]);
  }
}
