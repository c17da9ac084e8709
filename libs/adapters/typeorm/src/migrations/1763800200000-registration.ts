import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Usernames, accounts whose address is not proved yet, and links by mail. */
export class Registration1763800200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE gatehouse.user_identifiers
        DROP CONSTRAINT user_identifiers_kind_check,
        ADD CONSTRAINT user_identifiers_kind_check CHECK (kind IN ('email', 'phone', 'username'))`);

    // Not unique by address: a claim that nobody proved keeps nobody else out.
    await runner.query(`
      CREATE TABLE gatehouse.pending_registrations (
        user_id uuid PRIMARY KEY,
        email text NOT NULL,
        username text,
        link_mac text NOT NULL,
        link_expires_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL
      )`);
    await runner.query(`
      CREATE INDEX pending_registrations_email ON gatehouse.pending_registrations (email, created_at)`);
    await runner.query(`
      CREATE INDEX pending_registrations_created_at ON gatehouse.pending_registrations (created_at)`);

    // One row per address and purpose: the newest link, and when mails were sent. The subject is a keyed hash of
    // the address, which is what the link carries.
    await runner.query(`
      CREATE TABLE gatehouse.address_links (
        subject uuid NOT NULL,
        purpose text NOT NULL,
        email text NOT NULL,
        mac text,
        issued_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        sent_at timestamptz[] NOT NULL,
        PRIMARY KEY (subject, purpose)
      ) WITH (fillfactor = 70)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    const pending = 'SELECT user_id FROM gatehouse.pending_registrations';
    await runner.query(`DELETE FROM gatehouse.passwords WHERE user_id IN (${pending})`);
    await runner.query(`DELETE FROM gatehouse.users WHERE status = 'pending' AND id IN (${pending})`);
    await runner.query('DROP TABLE gatehouse.address_links');
    await runner.query('DROP TABLE gatehouse.pending_registrations');
    await runner.query(`DELETE FROM gatehouse.user_identifiers WHERE kind = 'username'`);
    await runner.query(`
      ALTER TABLE gatehouse.user_identifiers
        DROP CONSTRAINT user_identifiers_kind_check,
        ADD CONSTRAINT user_identifiers_kind_check CHECK (kind IN ('email', 'phone'))`);
  }
}
