import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Every user-owned table's key starts with `user_id`, and nothing unique or foreign spans users, so that
 * the same tables can be distributed (Citus). `user_identifiers` and `otp_challenges` are distributed by
 * `value`, which both keys hold.
 */
export class GroundFloor1763700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE gatehouse.users (
        id uuid PRIMARY KEY,
        status text NOT NULL CHECK (status IN ('active', 'suspended', 'deleted')),
        display_name text,
        locale text,
        roles text[] NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        deleted_at timestamptz
      )`);
    await runner.query(`
      CREATE INDEX users_deleted_at ON gatehouse.users (deleted_at) WHERE deleted_at IS NOT NULL`);

    await runner.query(`
      CREATE TABLE gatehouse.user_identifiers (
        kind text NOT NULL CHECK (kind IN ('email', 'phone')),
        value text NOT NULL,
        user_id uuid NOT NULL,
        id uuid NOT NULL,
        verified_at timestamptz NOT NULL,
        PRIMARY KEY (kind, value)
      )`);
    await runner.query(`
      CREATE INDEX user_identifiers_user_id ON gatehouse.user_identifiers (user_id)`);

    // One row per identifier: the newest challenge, and the counters that outlive any one challenge. A low
    // fill factor leaves room on the page for heap-only updates.
    await runner.query(`
      CREATE TABLE gatehouse.otp_challenges (
        kind text NOT NULL,
        value text NOT NULL,
        challenge_id uuid NOT NULL,
        code_mac text NOT NULL,
        profile jsonb NOT NULL,
        attempts smallint NOT NULL,
        spent_by uuid,
        expires_at timestamptz NOT NULL,
        sent_at timestamptz[] NOT NULL,
        wrong_on date NOT NULL,
        wrong_count integer NOT NULL,
        PRIMARY KEY (kind, value)
      ) WITH (fillfactor = 70)`);

    await runner.query(`
      CREATE TABLE gatehouse.sessions (
        user_id uuid NOT NULL,
        id uuid NOT NULL,
        generation integer NOT NULL,
        authentication_methods text[] NOT NULL,
        address inet NOT NULL,
        user_agent text NOT NULL,
        created_at timestamptz NOT NULL,
        last_active_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        absolute_expires_at timestamptz NOT NULL,
        rotated_at timestamptz,
        revoked_at timestamptz,
        revocation_reason text,
        PRIMARY KEY (user_id, id)
      ) WITH (fillfactor = 80)`);
    // The only indexed time: it never changes, so that refreshing a session stays a heap-only update.
    await runner.query(`
      CREATE INDEX sessions_absolute_expires_at ON gatehouse.sessions (absolute_expires_at)`);

    await runner.query(`
      CREATE TABLE gatehouse.audit_events (
        id uuid NOT NULL,
        occurred_at timestamptz NOT NULL,
        action text NOT NULL,
        result text NOT NULL,
        actor_id uuid,
        user_id uuid,
        session_id uuid,
        address inet NOT NULL,
        user_agent text NOT NULL,
        request_id text NOT NULL,
        reason text,
        metadata jsonb,
        PRIMARY KEY (occurred_at, id)
      ) PARTITION BY RANGE (occurred_at)`);
    await runner.query(`
      CREATE INDEX audit_events_user_id ON gatehouse.audit_events (user_id, occurred_at)`);
    // Holds what falls outside every month made so far, so that an audit row is never refused.
    await runner.query(`
      CREATE TABLE gatehouse.audit_events_default PARTITION OF gatehouse.audit_events DEFAULT`);

    // Urgent events sort first. An event set aside has no due time and so leaves the index.
    await runner.query(`
      CREATE TABLE gatehouse.outbox_events (
        id uuid PRIMARY KEY,
        type text NOT NULL,
        occurred_at timestamptz NOT NULL,
        sealed text NOT NULL,
        priority smallint NOT NULL,
        attempts smallint NOT NULL DEFAULT 0,
        due_at timestamptz,
        last_error text
      ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.01)`);
    await runner.query(`
      CREATE INDEX outbox_events_due ON gatehouse.outbox_events (priority, due_at) WHERE due_at IS NOT NULL`);

    await runner.query(`
      CREATE TABLE gatehouse.message_deliveries (
        message_id text PRIMARY KEY,
        claimed_at timestamptz NOT NULL,
        outcome text
      )`);
    await runner.query(`
      CREATE INDEX message_deliveries_claimed_at ON gatehouse.message_deliveries (claimed_at)`);

    await runner.query(`
      CREATE TABLE gatehouse.dev_messages (
        id text PRIMARY KEY,
        channel text NOT NULL,
        recipient text NOT NULL,
        template text NOT NULL,
        subject text NOT NULL,
        text text NOT NULL,
        html text,
        code text,
        created_at timestamptz NOT NULL
      )`);
    // Not within CREATE TABLE, which PostgreSQL 15 does not know.
    await runner.query(`ALTER TABLE gatehouse.dev_messages ALTER COLUMN html SET STORAGE EXTERNAL`);
    await runner.query(`
      CREATE INDEX dev_messages_recipient ON gatehouse.dev_messages (recipient, created_at DESC)`);
    await runner.query(`
      CREATE INDEX dev_messages_created_at ON gatehouse.dev_messages (created_at DESC)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'dev_messages',
      'message_deliveries',
      'outbox_events',
      'audit_events',
      'sessions',
      'otp_challenges',
      'user_identifiers',
      'users',
    ]) {
      await runner.query(`DROP TABLE gatehouse.${table}`);
    }
  }
}
