import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What sessions gain is null in those that were opened before. */
export class Devices1763800600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE gatehouse.devices (
        user_id uuid NOT NULL,
        id uuid NOT NULL,
        fingerprint text NOT NULL,
        name text NOT NULL,
        user_agent text NOT NULL,
        address inet NOT NULL,
        first_seen_at timestamptz NOT NULL,
        last_seen_at timestamptz NOT NULL,
        trusted_at timestamptz,
        memory jsonb NOT NULL,
        PRIMARY KEY (user_id, id)
      )`);
    await runner.query(`
      CREATE INDEX devices_last_seen_at ON gatehouse.devices (last_seen_at)`);
    await runner.query(`
      ALTER TABLE gatehouse.sessions
        ADD COLUMN device_id uuid,
        ADD COLUMN country text,
        ADD COLUMN risk smallint,
        ADD COLUMN risk_reasons text[]`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE gatehouse.sessions
        DROP COLUMN device_id, DROP COLUMN country, DROP COLUMN risk, DROP COLUMN risk_reasons`);
    await runner.query('DROP TABLE gatehouse.devices');
  }
}
