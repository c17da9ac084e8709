import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far each follower of the audit trail is, and what an index refused to take. */
export class AuditCursors1763800700000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE gatehouse.audit_cursors (
        name text PRIMARY KEY,
        position bigint NOT NULL,
        holder text,
        leased_until timestamptz
      )`);
    // The row itself is in the trail, where a position finds it, and longer than a letter is kept.
    await runner.query(`
      CREATE TABLE gatehouse.dead_letters (
        id uuid PRIMARY KEY,
        position bigint NOT NULL,
        type text NOT NULL,
        reason text NOT NULL,
        rejected_at timestamptz NOT NULL
      )`);
    await runner.query(`CREATE INDEX dead_letters_position ON gatehouse.dead_letters (position)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE gatehouse.dead_letters, gatehouse.audit_cursors`);
  }
}
