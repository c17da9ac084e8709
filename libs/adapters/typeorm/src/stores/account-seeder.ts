import type { PostgresDatabase } from '../postgres-database.js';

const FIRST_NAMES =
  'Ada Alan Amina Anna Arjun Barbara Carlos Chen Claude Dana Edsger Elif Emeka Emmy Fatima Grace Hana Hedy Igor Ines Jonas Kaito Katherine Leila Linus Lucia Maria Mateo Mei Nadia Noah Olga Omar Priya Radia Rosa Sofia Tim Wanjiru Yuki'.split(
    ' ',
  );
const LAST_NAMES =
  'Abara Allen Banerjee Berners Bianchi Castro Chen Diaz Dijkstra Eriksson Fischer Garcia Hamilton Hopper Ivanova Johnson Kamau Kaya Kim Kowalski Lamarr Liskov Lovelace Martin Meyer Moreau Nakamura Noether Novak Okafor Perlman Popov Rossi Sato Schmidt Silva Singh Tanaka Turing Yilmaz'.split(
    ' ',
  );

/**
 * UUIDv7 of a moment and, for what would be random, a digest of what it stands for: the same each time, and in
 * the order of creation, as the real ones are.
 */
const id = (what: string): string =>
  `overlay(overlay(lpad(to_hex((extract(epoch FROM created_at) * 1000)::bigint), 12, '0') || md5(${what})
     PLACING '7' FROM 13) PLACING 'a' FROM 17)`;

/**
 * One account a minute from the start of 2024 on, made by the server itself. Of a thousand, ten are suspended, five
 * locked, five deleted and one is a moderator; every other one has a phone number as well.
 */
const SEED = `
  WITH numbered AS (
    SELECT n, timestamptz '2024-01-01Z' + (n % 1000000) * interval '1 minute' AS created_at,
      ($3::text[])[1 + n % array_length($3::text[], 1)] AS first_name,
      ($4::text[])[1 + n / array_length($3::text[], 1) % array_length($4::text[], 1)] AS last_name
    FROM generate_series($1::integer, $2::integer) AS n
  ), people AS (
    SELECT *, left(${id(`'user' || n`)}, 32)::uuid AS id FROM numbered
  ), made AS (
    INSERT INTO gatehouse.users
      (id, status, display_name, locale, roles, created_at, updated_at, deleted_at, locked_until)
    SELECT id,
      CASE WHEN n % 100 = 7 THEN 'suspended' WHEN n % 200 = 11 THEN 'deleted' ELSE 'active' END,
      first_name || ' ' || last_name,
      ('{en,de,en-GB,fr,es,tr,ja}'::text[])[1 + n % 7],
      CASE WHEN n % 1000 = 0 THEN ARRAY['user', 'moderator'] ELSE ARRAY['user'] END,
      created_at, created_at,
      CASE WHEN n % 200 = 11 THEN date_trunc('second', now()) END,
      CASE WHEN n % 200 = 13 THEN timestamptz '9999-12-31 23:59:59.999Z' END
    FROM people ON CONFLICT (id) DO NOTHING
    RETURNING id
  ), addresses AS (
    SELECT p.*, kind, value
    FROM made JOIN people p USING (id) CROSS JOIN LATERAL (VALUES
      ('email', lower(first_name || '.' || last_name) || '.' || n || '@example.com'),
      ('phone', CASE WHEN n % 2 = 0 THEN '+49151' || lpad(n::text, 8, '0') END)
    ) AS given (kind, value) WHERE value IS NOT NULL
  ), held AS (
    INSERT INTO gatehouse.user_identifiers (kind, value, user_id, id, verified_at)
    SELECT kind, value, id, left(${id(`kind || n`)}, 32)::uuid, created_at FROM addresses
    ON CONFLICT (kind, value) DO NOTHING
  )
  SELECT count(*)::integer AS made FROM made`;

/** Fills a database with people who do not exist, to see how the service behaves with that many. */
export class AccountSeeder {
  constructor(private readonly db: PostgresDatabase) {}

  /** Accounts number `from` to `to`; returns how many of them were not there before. */
  async seed(from: number, to: number): Promise<number> {
    const { rows } = await this.db.query<{ made: number }>({ text: SEED }, [
      from,
      to,
      FIRST_NAMES,
      LAST_NAMES,
    ]);
    return rows[0]?.made ?? 0;
  }

  /** For the planner to know what it has in front of it. */
  async finish(): Promise<void> {
    for (const table of ['users', 'user_identifiers']) {
      await this.db.query({ text: `VACUUM (ANALYZE) gatehouse.${table}` }, []);
    }
  }
}
