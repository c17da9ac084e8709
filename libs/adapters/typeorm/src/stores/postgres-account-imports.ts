import type { AccountImports, ImportFailure, ImportProgress } from '#domain/administration';
import { Identifier, type IdentifierKind } from '#domain/identity';
import type { PostgresTransaction } from '../postgres-database.js';
import { statement } from '../statement-batch.js';

const FIND = statement(
  'account_import_find',
  `SELECT digest, lines, imported, failed FROM gatehouse.account_imports WHERE digest = $1`,
);
const HELD = statement(
  'account_import_held',
  `SELECT i.kind, i.value FROM unnest($1::text[], $2::text[]) AS wanted (kind, value)
   JOIN gatehouse.user_identifiers i USING (kind, value)`,
);
const RECORD = statement(
  'account_import_record',
  `INSERT INTO gatehouse.account_imports (digest, lines, imported, failed, updated_at) VALUES ($1, $2, $3, $4, $5)
   ON CONFLICT (digest) DO UPDATE SET
     lines = EXCLUDED.lines, imported = EXCLUDED.imported, failed = EXCLUDED.failed, updated_at = EXCLUDED.updated_at`,
);
const RECORD_FAILURES = statement(
  'account_import_record_failures',
  `INSERT INTO gatehouse.account_import_failures (digest, line, code, message)
   SELECT $1, line, code, message FROM unnest($2::integer[], $3::text[], $4::text[]) AS f (line, code, message)`,
);
const FAILURES = statement(
  'account_import_failures',
  `SELECT line, code, message FROM gatehouse.account_import_failures WHERE digest = $1 ORDER BY line`,
);
/** Failures go by the row that they belong to, which a batch that comes at this moment keeps. */
const FORGET = statement(
  'account_import_forget',
  `WITH forgotten AS (
     DELETE FROM gatehouse.account_imports WHERE updated_at < $1 RETURNING digest
   ), failures AS (
     DELETE FROM gatehouse.account_import_failures f USING forgotten g WHERE f.digest = g.digest
   )
   SELECT FROM forgotten`,
);

export class PostgresAccountImports implements AccountImports {
  constructor(private readonly db: PostgresTransaction) {}

  async find(digest: string): Promise<ImportProgress | null> {
    const { rows } = await this.db.query<{ [Field in keyof ImportProgress]: ImportProgress[Field] }>(FIND, [
      digest,
    ]);
    return rows[0] ?? null;
  }

  async held(identifiers: readonly Identifier[]): Promise<readonly Identifier[]> {
    if (identifiers.length === 0) return [];
    const columns = [identifiers.map(({ kind }) => kind), identifiers.map(({ value }) => value)];
    const { rows } = await this.db.query<{ kind: IdentifierKind; value: string }>(HELD, columns);
    return rows.map(({ kind, value }) => Identifier.of(kind, value));
  }

  record(progress: ImportProgress, failures: readonly ImportFailure[], now: Date): void {
    const { digest, lines, imported, failed } = progress;
    this.db.defer(RECORD, [digest, lines, imported, failed, now]);
    if (failures.length === 0) return;
    this.db.defer(RECORD_FAILURES, [
      digest,
      failures.map(({ line }) => line),
      failures.map(({ code }) => code),
      failures.map(({ message }) => message),
    ]);
  }

  async failures(digest: string): Promise<readonly ImportFailure[]> {
    const { rows } = await this.db.query<{ line: number; code: string; message: string }>(FAILURES, [digest]);
    return rows;
  }

  async forget(before: Date): Promise<number> {
    const { rowCount } = await this.db.query(FORGET, [before]);
    return rowCount ?? 0;
  }
}
