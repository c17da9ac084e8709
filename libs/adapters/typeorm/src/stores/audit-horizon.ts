import type { Queryable } from '../postgres-database.js';
import { statement } from '../statement-batch.js';

const LAST_POSITION = statement(
  'audit_last_position',
  `SELECT last_value::float8 AS position FROM gatehouse.audit_positions WHERE is_called AND last_value > $1`,
);
/** Of the server too: transaction ids of another one, restored from a dump or promoted, mean nothing here. */
const NOTE = statement(
  'audit_note',
  `SELECT pg_current_xact_id()::text AS xid, pg_postmaster_start_time()::text AS server`,
);
const IS_SETTLED = statement(
  'audit_is_settled',
  `SELECT pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8 AS settled,
     pg_postmaster_start_time() = $2::timestamptz AS same_server`,
);

interface Noted {
  readonly position: number;
  readonly xid: string;
  readonly server: string;
}

/** Up to where the trail is settled, as one of its followers sees it: each needs its own, or they wait in turns. */
export class AuditHorizon {
  #noted: Noted | null = null;

  constructor(private readonly db: Queryable) {}

  /**
   * A position above `after` up to which no row can appear any more, if there is one yet: the same until `after`
   * has reached it.
   *
   * Notes the last position given, then a transaction id: whoever was given a position up to that one has an
   * older id. Once no transaction as old as the noted one is under way, none of theirs is. Under load that
   * takes until the next call.
   */
  async position(after: number): Promise<number | null> {
    if (this.#noted && this.#noted.position <= after) this.#noted = null;
    this.#noted ??= await this.#note(after);
    if (!this.#noted) return null;
    const { position, xid, server } = this.#noted;
    const { rows } = await this.db.query<{ settled: boolean; same_server: boolean }>(IS_SETTLED, [
      xid,
      server,
    ]);
    const { settled, same_server: sameServer } = rows[0]!;
    if (!sameServer) this.#noted = null;
    return settled && sameServer ? position : null;
  }

  /** For a follower that does not go on to what it was given. */
  forget(): void {
    this.#noted = null;
  }

  async #note(after: number): Promise<Noted | null> {
    const { rows } = await this.db.query<{ position: number }>(LAST_POSITION, [after]);
    if (!rows[0]) return null;
    const noted = await this.db.query<{ xid: string; server: string }>(NOTE, []);
    return { position: rows[0].position, ...noted.rows[0]! };
  }
}
