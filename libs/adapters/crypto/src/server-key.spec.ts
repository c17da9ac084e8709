import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Secret } from '#domain/kernel';
import { ServerKey } from './server-key.js';

const ENCODED = Buffer.alloc(32, 7).toString('base64');
const derive = (key: ServerKey) => key.derive('otp-mac').export().toString('hex');

describe('ServerKey', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gatehouse-key-'));
    path = join(folder, 'keys', 'server.key');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('gives each purpose a key of its own, the same on every instance', () => {
    const purposes = ['otp-mac', 'challenge-seal', 'refresh-token-mac', 'outbox-payload'] as const;
    const deriveAll = () => {
      const key = ServerKey.fromBase64(new Secret(ENCODED));
      return purposes.map((purpose) => key.derive(purpose).export().toString('hex'));
    };
    expect(new Set(deriveAll()).size).toBe(purposes.length);
    expect(deriveAll()).toEqual(deriveAll());
    expect(deriveAll()).not.toContain(Buffer.alloc(32, 7).toString('hex'));
  });

  it('is made on the first start, readable by its owner alone, and found on the next', () => {
    const made = ServerKey.fromFile(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700);
    expect(readdirSync(join(folder, 'keys'))).toEqual(['server.key']);
    expect(derive(ServerKey.fromFile(path))).toBe(derive(made));
  });

  it('differs from deployment to deployment', () => {
    expect(derive(ServerKey.fromFile(path))).not.toBe(derive(ServerKey.fromFile(join(folder, 'other.key'))));
  });

  it('is one and the same for processes that start at the same time', async () => {
    const support = fileURLToPath(new URL('../../../../test/support/typescript-loader.mjs', import.meta.url));
    const module = new URL('server-key.ts', import.meta.url).href;
    const script = `
      import { ServerKey } from '${module}';
      console.log(ServerKey.fromFile(process.argv[1]).derive('otp-mac').export().toString('hex'));`;
    const args = ['--import', support, '--input-type=module', '--eval', script, path];
    const run = () =>
      promisify(execFile)(process.execPath, args, { cwd: fileURLToPath(new URL('.', import.meta.url)) });
    const outputs = await Promise.all([run(), run(), run(), run()]);
    expect(new Set(outputs.map(({ stdout }) => stdout))).toEqual(
      new Set([`${derive(ServerKey.fromFile(path))}\n`]),
    );
    expect(readdirSync(join(folder, 'keys'))).toEqual(['server.key']);
  }, 20_000);

  it.each([
    ['too short', Buffer.alloc(31, 7).toString('base64')],
    ['too long', Buffer.alloc(33, 7).toString('base64')],
    ['empty', ''],
    ['a passphrase', 'correct horse battery staple'],
  ])('is refused when it is %s, without being printed', (_what, encoded) => {
    const refusal = new Error('The server key must be 32 bytes in base64');
    expect(() => ServerKey.fromBase64(new Secret(encoded))).toThrow(refusal);
    writeFileSync(join(folder, 'server.key'), encoded);
    expect(() => ServerKey.fromFile(join(folder, 'server.key'))).toThrow(refusal);
    expect(readFileSync(join(folder, 'server.key'), 'utf8')).toBe(encoded);
  });
});
