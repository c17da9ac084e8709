import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts that are not proved yet, and locks that end by themselves. */
export class AccountStatus1763800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE gatehouse.users
        ADD COLUMN locked_until timestamptz,
        DROP CONSTRAINT users_status_check,
        ADD CONSTRAINT users_status_check CHECK (status IN ('pending', 'active', 'suspended', 'deleted'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM gatehouse.users WHERE status = 'pending'`);
    await runner.query(`
      ALTER TABLE gatehouse.users
        DROP COLUMN locked_until,
        DROP CONSTRAINT users_status_check,
        ADD CONSTRAINT users_status_check CHECK (status IN ('active', 'suspended', 'deleted'))`);
  }
}
