import type {
  AddressLinkOutcome,
  AddressLinks,
  LinkPolicy,
  LinkPurpose,
  LinkReference,
  LinkRequest,
} from '#domain/credentials';
import { Identifier } from '#domain/identity';
import { addMilliseconds } from '#domain/kernel';
import type { Queryable } from '../postgres-database.js';
import { statement } from '../statement-batch.js';

/** The conflict branch reads the row under its lock, so parallel requests are counted one after the other. */
const ISSUE = statement(
  'address_link_issue',
  `INSERT INTO gatehouse.address_links AS l (subject, purpose, email, mac, issued_at, expires_at, sent_at)
   VALUES ($1, $2, $3, $4, $5, $6, ARRAY[$5::timestamptz])
   ON CONFLICT (subject, purpose) DO UPDATE SET
     mac = EXCLUDED.mac,
     issued_at = EXCLUDED.issued_at,
     expires_at = EXCLUDED.expires_at,
     sent_at = ARRAY(SELECT s FROM unnest(l.sent_at) s WHERE s > $7) || EXCLUDED.issued_at
   WHERE (SELECT count(*) FROM unnest(l.sent_at) s WHERE s > $7) < $8
   RETURNING subject`,
);
const SPEND = statement(
  'address_link_spend',
  `UPDATE gatehouse.address_links SET mac = NULL
   WHERE subject = $1 AND purpose = $2 AND mac = $3
   RETURNING email, issued_at, expires_at <= $4 AS expired`,
);

interface SpentRow {
  readonly email: string;
  readonly issued_at: Date;
  readonly expired: boolean;
}

export class PostgresAddressLinks implements AddressLinks {
  constructor(private readonly db: Queryable) {}

  async issue(request: LinkRequest, policy: LinkPolicy): Promise<'issued' | 'throttled'> {
    const { subject, purpose, identifier, mac, issuedAt, expiresAt } = request;
    const { rowCount } = await this.db.query(ISSUE, [
      subject,
      purpose,
      identifier.value,
      mac,
      issuedAt,
      expiresAt,
      addMilliseconds(issuedAt, -policy.sendWindow),
      policy.sendsPerWindow,
    ]);
    return rowCount === 1 ? 'issued' : 'throttled';
  }

  async spend(purpose: LinkPurpose, { subject, mac }: LinkReference, now: Date): Promise<AddressLinkOutcome> {
    const { rows } = await this.db.query<SpentRow>(SPEND, [subject, purpose, mac, now]);
    const row = rows[0];
    if (!row) return { outcome: 'invalid' };
    if (row.expired) return { outcome: 'expired' };
    return { outcome: 'spent', identifier: Identifier.of('email', row.email), issuedAt: row.issued_at };
  }
}
