import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The trail becomes append-only and gets the order in which it is sealed. Adding the position rewrites the table
 * under its lock, a second for some hundred thousand rows.
 */
export class AuditChain1763800500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // One at a time (no CACHE): a connection that holds numbers back would use them after others were sealed.
    await runner.query(`CREATE SEQUENCE gatehouse.audit_positions`);
    // CASE, because its order of evaluation is certain: whoever has a position has a transaction id already,
    // which is what tells the positions that are settled from those that may still appear.
    await runner.query(`
      ALTER TABLE gatehouse.audit_events ADD COLUMN position bigint NOT NULL
        DEFAULT CASE WHEN pg_current_xact_id() > '0'::xid8 THEN nextval('gatehouse.audit_positions') END`);
    await runner.query(`ALTER SEQUENCE gatehouse.audit_positions OWNED BY gatehouse.audit_events.position`);
    // A BRIN index would cost an insertion still less, but the planner passes it over until there are statistics,
    // and then each batch of a backlog reads the whole table.
    await runner.query(`CREATE INDEX audit_events_position ON gatehouse.audit_events (position)`);

    await runner.query(`
      CREATE TABLE gatehouse.audit_batches (
        number bigint PRIMARY KEY CHECK (number > 0),
        seal text NOT NULL,
        leaves text NOT NULL,
        key_id text NOT NULL,
        signature text NOT NULL
      )`);

    await runner.query(`
      CREATE FUNCTION gatehouse.refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'The audit trail is append-only: % of % is refused', TG_OP, TG_TABLE_NAME
          USING ERRCODE = 'insufficient_privilege';
      END $$`);
    for (const table of ['audit_events', 'audit_batches']) {
      // A row trigger is inherited by every partition, those to come included.
      await runner.query(`
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON gatehouse.${table}
          FOR EACH ROW EXECUTE FUNCTION gatehouse.refuse_audit_change()`);
      await runner.query(`
        CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON gatehouse.${table}
          FOR EACH STATEMENT EXECUTE FUNCTION gatehouse.refuse_audit_change()`);
    }
    // A statement trigger is not, and so is given to each partition that lacks it.
    await runner.query(`
      CREATE FUNCTION gatehouse.protect_audit_partitions() RETURNS void LANGUAGE plpgsql AS $$
      DECLARE part regclass;
      BEGIN
        FOR part IN
          SELECT i.inhrelid FROM pg_inherits i
          WHERE i.inhparent = 'gatehouse.audit_events'::regclass AND NOT EXISTS (
            SELECT FROM pg_trigger t WHERE t.tgrelid = i.inhrelid AND t.tgname = 'append_only_truncate')
        LOOP
          EXECUTE format(
            'CREATE OR REPLACE TRIGGER append_only_truncate BEFORE TRUNCATE ON %s
               FOR EACH STATEMENT EXECUTE FUNCTION gatehouse.refuse_audit_change()', part);
        END LOOP;
      END $$`);
    await runner.query(`SELECT gatehouse.protect_audit_partitions()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE gatehouse.audit_batches`);
    await runner.query(
      `DROP FUNCTION gatehouse.protect_audit_partitions, gatehouse.refuse_audit_change CASCADE`,
    );
    await runner.query(`ALTER TABLE gatehouse.audit_events DROP COLUMN position`);
  }
}
