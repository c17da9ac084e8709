import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What administrators search by. Texts are indexed by code point (`COLLATE "C"`), so that a prefix is a range of
 * the index whatever the database's language is; `^@` makes use of it from PostgreSQL 15 on. No index holds what
 * a sign-in or a refresh changes, so that those stay heap-only updates.
 */
const INDEXES = [
  `users_created_at ON gatehouse.users (created_at, id)`,
  `users_status ON gatehouse.users (status, created_at, id) WHERE status <> 'active'`,
  `users_locked_until ON gatehouse.users (created_at, id) WHERE locked_until IS NOT NULL`,
  `users_roles ON gatehouse.users USING gin (roles)`,
  `users_display_name ON gatehouse.users ((lower(display_name) COLLATE "C"), id)`,
  `user_identifiers_value ON gatehouse.user_identifiers ((value COLLATE "C"), user_id)`,
  `audit_events_actor_id ON gatehouse.audit_events (actor_id, occurred_at)`,
  `audit_events_action ON gatehouse.audit_events (action, occurred_at)`,
  `audit_events_address ON gatehouse.audit_events (address, occurred_at)`,
  `audit_events_metadata ON gatehouse.audit_events USING gin (metadata jsonb_path_ops)`,
];

export class Administration1763800400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const index of INDEXES) await runner.query(`CREATE INDEX ${index}`);
    // How far each imported file is. Written with the accounts of a batch, so that no line is read twice or left out.
    await runner.query(`
      CREATE TABLE gatehouse.account_imports (
        digest text PRIMARY KEY,
        lines integer NOT NULL,
        imported integer NOT NULL,
        failed integer NOT NULL,
        updated_at timestamptz NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE gatehouse.account_import_failures (
        digest text NOT NULL,
        line integer NOT NULL,
        code text NOT NULL,
        message text NOT NULL,
        PRIMARY KEY (digest, line)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE gatehouse.account_import_failures, gatehouse.account_imports`);
    for (const index of INDEXES) await runner.query(`DROP INDEX gatehouse.${index.split(' ', 1)[0]}`);
  }
}
