import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createDataSource, Migrator } from '#adapters/typeorm';
import { Secret } from '#domain/kernel';
import { at, inParallel } from '#domain/kernel/testing';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.js';

describe('Migrator', () => {
  let testDatabase: TestDatabase;
  let dataSources: DataSource[];

  beforeEach(async () => {
    testDatabase = await createTestDatabase();
    dataSources = [];
  });
  afterEach(async () => {
    await Promise.all(dataSources.map((dataSource) => dataSource.destroy()));
    await testDatabase.drop();
  });

  const migrator = async (): Promise<Migrator> => {
    const url = new Secret(testDatabase.url);
    const dataSource = await createDataSource({ url, poolSize: 2, applicationName: 'test' }).initialize();
    dataSources.push(dataSource);
    return new Migrator(dataSource);
  };
  const tables = async (): Promise<string[]> => {
    const text = `SELECT tablename FROM pg_tables WHERE schemaname = 'gatehouse' ORDER BY tablename`;
    return (await dataSources[0]!.query<{ tablename: string }[]>(text)).map(({ tablename }) => tablename);
  };

  const columns = async (): Promise<unknown[]> =>
    dataSources[0]!.query<unknown[]>(
      `SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
       WHERE table_schema = 'gatehouse' ORDER BY 1, 2`,
    );

  it('applies what is outstanding, once, oldest first, and says what', async () => {
    const one = await migrator();
    const before = await one.status();
    expect(before[0]).toEqual({ name: 'GroundFloor1763700000000', applied: false });
    expect(before.some(({ applied }) => applied)).toBe(false);
    expect(await one.up(at(0))).toEqual(before.map(({ name }) => name));
    expect((await one.status()).every(({ applied }) => applied)).toBe(true);
    expect(await one.up(at(0))).toEqual([]);
  });

  it('reverts one by one without a trace, and applies again', async () => {
    const one = await migrator();
    const applied = await one.up(at(0));
    const before = await columns();
    for (let left = applied.length; left > 0; left--) await one.down();
    expect(await tables()).toEqual(['migrations']);
    expect(await one.up(at(0))).toEqual(applied);
    expect(await columns()).toEqual(before);
  });

  it('lets several instances start at once, of which one applies each migration', async () => {
    const applied = await inParallel(5, async () => (await migrator()).up(at(0)));
    const names = (await (await migrator()).status()).map(({ name }) => name);
    expect(applied.flat()).toEqual(names);
  });

  it('waits for another instance that is migrating', async () => {
    const other = new pg.Client(testDatabase.url);
    await other.connect();
    await other.query('SELECT pg_advisory_lock(7206411903)');
    const up = (await migrator()).up(at(0));
    const waiting = `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`;
    while ((await other.query(waiting)).rowCount === 0);
    await other.end();
    expect(await up).not.toEqual([]);
  });

  it('is bounded where it waits for a lock of the application, and nowhere else', async () => {
    await migrator();
    const [dataSource] = dataSources as [DataSource];
    const setting = async (name: string) =>
      Object.values((await dataSource.query<object[]>(`SHOW ${name}`))[0] ?? {})[0] as string;
    expect(await setting('lock_timeout')).toBe('3s');
    expect(await setting('statement_timeout')).toBe('0');
    expect(await setting('idle_in_transaction_session_timeout')).toBe('0');
    expect(dataSource.options.extra).not.toHaveProperty('query_timeout');
  });
});
