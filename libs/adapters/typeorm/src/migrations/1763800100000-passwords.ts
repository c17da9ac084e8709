import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Passwords, and the failures that are counted before one is compared. */
export class Passwords1763800100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE gatehouse.passwords (
        user_id uuid PRIMARY KEY,
        hash text NOT NULL,
        version integer NOT NULL,
        changed_at timestamptz NOT NULL
      )`);

    // One row per counter: an account, a device or session of it, an identifier without an account, a network.
    await runner.query(`
      CREATE TABLE gatehouse.password_failures (
        subject text NOT NULL,
        device text NOT NULL,
        failures integer NOT NULL,
        blocked_until timestamptz NOT NULL,
        forgotten_at timestamptz NOT NULL,
        PRIMARY KEY (subject, device)
      ) WITH (fillfactor = 70)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE gatehouse.password_failures');
    await runner.query('DROP TABLE gatehouse.passwords');
  }
}
