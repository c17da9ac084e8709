import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the audit trail gave reason to tell somebody about, and what of it is still being counted. */
export class Alerts1763800900000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE gatehouse.alerts (
        id uuid PRIMARY KEY,
        kind text NOT NULL,
        severity text NOT NULL,
        opened_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        closed_at timestamptz,
        count bigint NOT NULL,
        accounts jsonb NOT NULL,
        addresses jsonb NOT NULL,
        request_ids text[] NOT NULL,
        told bigint,
        acknowledged_at timestamptz,
        acknowledged_by uuid,
        version integer NOT NULL
      )`);
    // Whatever two workers do at once, an attack stays one alert.
    await runner.query(`CREATE UNIQUE INDEX alerts_open ON gatehouse.alerts (kind) WHERE closed_at IS NULL`);
    await runner.query(`CREATE INDEX alerts_opened_at ON gatehouse.alerts (opened_at, id)`);
    await runner.query(`
      CREATE TABLE gatehouse.alert_counters (
        subject text PRIMARY KEY,
        since timestamptz NOT NULL,
        count integer NOT NULL,
        before integer NOT NULL
      )`);
    // Nobody is alerted about what was before there were alerts.
    await runner.query(`
      INSERT INTO gatehouse.audit_cursors (name, position)
      SELECT 'alerts', last_value FROM gatehouse.audit_positions WHERE is_called`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM gatehouse.audit_cursors WHERE name = 'alerts'`);
    await runner.query(`DROP TABLE gatehouse.alert_counters, gatehouse.alerts`);
  }
}
