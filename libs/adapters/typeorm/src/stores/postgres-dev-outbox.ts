import type { DevOutbox, DevOutboxMessage, DevOutboxQuery } from '#domain/notification';
import type { Queryable } from '../postgres-database.js';
import { statement } from '../statement-batch.js';

const KEEP = statement(
  'dev_outbox_keep',
  `INSERT INTO gatehouse.dev_messages
     (id, channel, recipient, template, subject, text, html, code, created_at)
   SELECT id, channel, "to", template, subject, text, html, code, "createdAt"
   FROM json_to_recordset($1) AS m (id text, channel text, "to" text, template text, subject text, text text,
     html text, code text, "createdAt" timestamptz)
   ON CONFLICT (id) DO NOTHING`,
);
const COLUMNS = `id, channel, recipient AS "to", template, subject, text, html, code, created_at AS "createdAt"`;
const LIST = statement(
  'dev_outbox_list',
  `SELECT ${COLUMNS} FROM gatehouse.dev_messages ORDER BY created_at DESC, id DESC LIMIT $1`,
);
const LIST_TO = statement(
  'dev_outbox_list_to',
  `SELECT ${COLUMNS} FROM gatehouse.dev_messages WHERE recipient = $2
   ORDER BY created_at DESC, id DESC LIMIT $1`,
);
const PURGE = statement('dev_outbox_purge', `DELETE FROM gatehouse.dev_messages WHERE created_at < $1`);

interface Pending {
  readonly message: DevOutboxMessage;
  readonly kept: () => void;
  readonly failed: (error: unknown) => void;
}

/** Messages that arrive while one insert is under way go together in the next. */
export class PostgresDevOutbox implements DevOutbox {
  #pending: Pending[] = [];
  #writing = false;

  constructor(private readonly db: Queryable) {}

  keep(message: DevOutboxMessage): Promise<void> {
    return new Promise((kept, failed) => {
      this.#pending.push({ message, kept, failed });
      if (!this.#writing) void this.#write();
    });
  }

  async list({ to, limit }: DevOutboxQuery): Promise<readonly DevOutboxMessage[]> {
    const { rows } =
      to === undefined
        ? await this.db.query<DevOutboxMessage>(LIST, [limit])
        : await this.db.query<DevOutboxMessage>(LIST_TO, [limit, to]);
    return rows;
  }

  /** Deletes messages created before the instant; returns how many. */
  async purge(createdBefore: Date): Promise<number> {
    const { rowCount } = await this.db.query(PURGE, [createdBefore]);
    return rowCount ?? 0;
  }

  async #write(): Promise<void> {
    this.#writing = true;
    // Lets a batch of deliveries that run side by side gather before the first insert.
    await Promise.resolve();
    while (this.#pending.length > 0) {
      const batch = this.#pending;
      this.#pending = [];
      try {
        await this.db.query(KEEP, [JSON.stringify(batch.map(({ message }) => message))]);
        for (const { kept } of batch) kept();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.#writing = false;
  }
}
