import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AUDIT_CHAIN, SealAuditBatches, type AuditChain } from '#domain/audit';
import { AuditSealing } from '../../apps/worker/src/audit-sealing.js';
import { asSuperuser } from '../support/postgres.js';
import { Client, newEmail, until } from './support/client.js';
import { startGatehouse, type Gatehouse } from './support/gatehouse.js';

const root = join(import.meta.dirname, '../..');

/** Each command is a process that compiles the sources first. */
const PATIENCE = 120_000;

describe('gatehouse audit', () => {
  let gatehouse: Gatehouse;
  let client: Client;
  let keys: string;

  beforeAll(async () => {
    keys = await mkdtemp(join(tmpdir(), 'gatehouse-keys-'));
    gatehouse = await startGatehouse({ env: { KEYS_DIR: keys } });
    client = new Client(gatehouse);
  });
  afterAll(async () => {
    await gatehouse.stop();
    await rm(keys, { recursive: true });
  });

  const audit = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
    new Promise((resolve) => {
      const command = [
        '--import',
        './test/support/typescript-loader.mjs',
        'apps/cli/src/main.ts',
        'audit',
        ...args,
      ];
      const env = { ...process.env, DATABASE_URL: gatehouse.databaseUrl, KEYS_DIR: keys };
      execFile(process.execPath, command, { cwd: root, env }, (error, out, err) => {
        resolve({ code: error ? Number(error.code) : 0, out, err });
      });
    });
  const tamper = (text: string) =>
    asSuperuser(async (superuser) => {
      await superuser.query('SET session_replication_role = replica');
      await superuser.query(text);
    }, gatehouse.databaseUrl);
  const sealed = async (): Promise<void> => {
    const sealing = gatehouse.app.get(SealAuditBatches, { strict: false });
    const chain = gatehouse.app.get<AuditChain>(AUDIT_CHAIN, { strict: false });
    await until(async () => {
      await sealing.execute();
      const head = await chain.head();
      const { upTo } = JSON.parse(head?.seal ?? '{"upTo":0}') as { upTo: number };
      return (await chain.count(upTo, null)) === 0;
    }, 'every row to be sealed');
  };

  it(
    'proves an untouched trail, and what keys of the past sealed, against a known checkpoint',
    async () => {
      expect(await audit('checkpoint')).toMatchObject({
        code: 1,
        err: expect.stringContaining('nothing is sealed'),
      });
      // Which calls, by the clock, what this test calls by hand.
      expect(gatehouse.app.get(AuditSealing, { strict: false })).toBeInstanceOf(AuditSealing);
      await client.signIn(newEmail());
      await sealed();
      const { out } = await audit('checkpoint');
      expect(out).toMatch(/^\d+\.[\w-]{43}\n$/);
      expect(await audit('rotate-key')).toMatchObject({
        code: 0,
        out: expect.stringMatching(/^made [\w-]{43}\n$/),
      });
      await client.signIn(newEmail());
      await sealed();
      const verified = await audit('verify', '--checkpoint', out.trim());
      expect(verified).toMatchObject({ code: 0, err: '' });
      expect(verified.out).toMatch(
        /^\d+ rows in \d+ batches, as they were sealed\ncheckpoint \d+\.[\w-]{43}\n$/,
      );
    },
    PATIENCE,
  );

  it(
    'names the row that was altered and the one that was removed, and fails',
    async () => {
      await client.signIn(newEmail());
      await sealed();
      await tamper(`UPDATE gatehouse.audit_events SET reason = 'never mind' WHERE position = 2`);
      await tamper(`DELETE FROM gatehouse.audit_events WHERE position = 3`);
      const { code, out } = await audit('verify');
      expect(code).toBe(1);
      expect(out).toMatch(/^altered {3}row [\da-f-]{36} at position 2 of batch 1$/m);
      expect(out).toMatch(/^removed {3}row [\da-f-]{36} at position 3 of batch 1$/m);
      expect(out).toContain('2 findings');
    },
    PATIENCE,
  );

  it(
    'notices that the end was cut off, given a checkpoint from before',
    async () => {
      const checkpoint = (await audit('checkpoint')).out.trim();
      await tamper(
        'DELETE FROM gatehouse.audit_batches WHERE number = (SELECT max(number) FROM gatehouse.audit_batches)',
      );
      const { code, out } = await audit('verify', '--checkpoint', checkpoint);
      expect(code).toBe(1);
      expect(out).toContain(`batch ${checkpoint.split('.')[0]} is not, or no longer, as the checkpoint says`);
    },
    PATIENCE,
  );

  it(
    'says what a checkpoint looks like',
    async () => {
      expect(await audit('verify', '--checkpoint', '17')).toMatchObject({
        code: 1,
        err: expect.stringContaining('a dot and 43 characters'),
      });
    },
    PATIENCE,
  );
});
