import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The trace that a request was part of, beside its audit rows and in the events that go on with it. Neither has a
 * default or an index, so nothing is rewritten and a row without a trace is no longer than before.
 */
export class Traces1763801000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE gatehouse.audit_events ADD COLUMN trace_id text`);
    // A W3C `traceparent`.
    await runner.query(`ALTER TABLE gatehouse.outbox_events ADD COLUMN trace_context text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE gatehouse.outbox_events DROP COLUMN trace_context`);
    await runner.query(`ALTER TABLE gatehouse.audit_events DROP COLUMN trace_id`);
  }
}
