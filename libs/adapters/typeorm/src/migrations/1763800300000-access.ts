import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Roles are few and shared by everybody: a reference table where the rest is distributed (Citus), which row locks
 * go through as well. `users.roles` names them without a foreign key, so that accounts keep to their own shard.
 */
export class Access1763800300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE gatehouse.roles (
        name text PRIMARY KEY,
        description text NOT NULL,
        permissions text[] NOT NULL,
        system boolean NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      )`);
    await runner.query(`
      INSERT INTO gatehouse.roles (name, description, permissions, system, created_at, updated_at)
      SELECT name, description, permissions, true, now(), now() FROM (VALUES
        ('admin', 'May do everything', ARRAY['*:*']),
        ('moderator', 'Looks after people: sees accounts, locks them, ends their sessions',
          ARRAY['users:read', 'users:lock', 'sessions:read', 'sessions:revoke']),
        ('user', 'Everybody; may do what concerns their own account', ARRAY[]::text[])
      ) AS system_roles (name, description, permissions)`);
    await runner.query(`
      CREATE TABLE gatehouse.setup_tokens (
        digest text PRIMARY KEY,
        expires_at timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE gatehouse.setup_tokens`);
    await runner.query(`DROP TABLE gatehouse.roles`);
  }
}
