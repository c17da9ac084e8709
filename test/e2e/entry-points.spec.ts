import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Each run compiles the sources first. */
const PATIENCE = 120_000;

/** What the process of this file says before it ends, in a folder without a configuration. */
const run = (main: string, env: Readonly<Record<string, string>>) =>
  new Promise<{ code: number; said: string }>((resolve) => {
    const { DATABASE_URL: _database, REDIS_URL: _redis, ...inherited } = process.env;
    const command = ['--import', join(root, 'test/support/typescript-loader.mjs'), join(root, main)];
    const options = { cwd: tmpdir(), env: { ...inherited, KEYS_DIR: join(tmpdir(), 'none'), ...env } };
    execFile(process.execPath, command, options, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, said: out + err });
    });
  });

describe.each(['apps/api/src/main.ts', 'apps/worker/src/main.ts'])('%s', (main) => {
  it(
    'names the settings that are missing or wrong, without a stack',
    async () => {
      const missing = await run(main, {});
      expect(missing).toMatchObject({ code: 1, said: expect.stringContaining('DATABASE_URL') });
      const wrong = await run(main, { DATABASE_URL: 'postgres://localhost/x', PORT: 'x' });
      expect(wrong).toMatchObject({ code: 1, said: expect.stringContaining('PORT') });
      for (const { said } of [missing, wrong]) expect(said).not.toMatch(/^\s+at |ConfigError/m);
    },
    PATIENCE,
  );
});
