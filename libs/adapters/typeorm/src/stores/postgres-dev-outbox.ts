import type { DevOutbox, DevOutboxMessage, DevOutboxQuery } from '#domain/notification';
import { GroupCommit } from '../group-commit.js';
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
  `SELECT asked.number, message.*
   FROM unnest($1::text[], $2::int[]) WITH ORDINALITY AS asked (recipient, "limit", number)
   CROSS JOIN LATERAL (
     SELECT ${COLUMNS} FROM gatehouse.dev_messages WHERE recipient = asked.recipient
     ORDER BY created_at DESC, id DESC LIMIT asked."limit"
   ) message`,
);
const PURGE = statement('dev_outbox_purge', `DELETE FROM gatehouse.dev_messages WHERE created_at < $1`);

interface Asked {
  readonly to: string;
  readonly limit: number;
}

export class PostgresDevOutbox implements DevOutbox {
  readonly #inserts: GroupCommit<DevOutboxMessage, undefined>;
  readonly #reads: GroupCommit<Asked, DevOutboxMessage[]>;

  constructor(private readonly db: Queryable) {
    this.#inserts = new GroupCommit((messages) => this.#insert(messages), db.tracing);
    this.#reads = new GroupCommit((asked) => this.#read(asked), db.tracing);
  }

  keep(message: DevOutboxMessage): Promise<void> {
    return this.#inserts.join(message);
  }

  async list({ to, limit }: DevOutboxQuery): Promise<readonly DevOutboxMessage[]> {
    if (to !== undefined) return this.#reads.join({ to, limit });
    return (await this.db.query<DevOutboxMessage>(LIST, [limit])).rows;
  }

  /** Deletes messages created before the instant; returns how many. */
  async purge(createdBefore: Date): Promise<number> {
    const { rowCount } = await this.db.query(PURGE, [createdBefore]);
    return rowCount ?? 0;
  }

  async #insert(messages: readonly DevOutboxMessage[]): Promise<readonly undefined[]> {
    await this.db.query(KEEP, [JSON.stringify(messages)]);
    return messages.map(() => undefined);
  }

  async #read(asked: readonly Asked[]): Promise<readonly DevOutboxMessage[][]> {
    const { rows } = await this.db.query<DevOutboxMessage & { number?: string }>(LIST_TO, [
      asked.map(({ to }) => to),
      asked.map(({ limit }) => limit),
    ]);
    const found: DevOutboxMessage[][] = asked.map(() => []);
    for (const { number, ...message } of rows) found[Number(number) - 1]?.push(message);
    return found;
  }
}
