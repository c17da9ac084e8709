import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FixedClock } from '#domain/kernel/testing';
import { Ed25519AuditSeals } from './ed25519-audit-seals.js';

describe('Ed25519AuditSeals', () => {
  let directory: string;
  let clock: FixedClock;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gatehouse-audit-keys-'));
    clock = new FixedClock();
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  /** A worker, or the command line: they share nothing but the directory. */
  const instance = () => new Ed25519AuditSeals(directory, clock);
  const files = () => readdirSync(join(directory, 'audit'));

  it('hashes as the standard says (FIPS 180-4, "abc")', () => {
    expect(instance().digest('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  });

  it('verifies what another process signed, and nothing else', () => {
    const signature = instance().sign('text');
    const other = instance();
    expect(other.verify('text', signature)).toBe(true);
    expect(other.verify('texts', signature)).toBe(false);
    expect(other.verify('text', { ...signature, signature: '' })).toBe(false);
    expect(other.verify('text', { ...signature, signature: instance().sign('other').signature })).toBe(false);
    expect(other.verify('text', { ...signature, keyId: '../server' })).toBe(false);
    expect(other.verify('text', { ...signature, keyId: '' })).toBe(false);
  });

  it('makes its key when it first signs, for its owner’s eyes alone', () => {
    expect(instance().verify('text', { keyId: 'none', signature: '' })).toBe(false);
    expect(readdirSync(directory)).toEqual([]);
    const { keyId } = instance().sign('text');
    expect(files().sort()).toEqual([`${keyId}.pem`, `${keyId}.pub`]);
    expect(statSync(join(directory, 'audit', `${keyId}.pem`)).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'audit')).mode & 0o777).toBe(0o700);
    expect(instance().sign('text').keyId).toBe(keyId);
  });

  it('signs with the new key after a rotation, and still verifies what the old one signed', () => {
    const running = instance();
    const old = running.sign('text');
    clock.advance(1);
    const keyId = instance().rotate();
    const fresh = running.sign('text');
    expect(fresh.keyId).toBe(keyId);
    expect(running.verify('text', fresh) && running.verify('text', old)).toBe(true);
    expect(instance().verify('text', old)).toBe(true);
    expect(files().sort()).toEqual([`${old.keyId}.pub`, `${keyId}.pem`, `${keyId}.pub`].sort());
  });

  it('refuses the signature of a key that is not in the folder', () => {
    const signature = instance().sign('text');
    rmSync(join(directory, 'audit', `${signature.keyId}.pub`));
    expect(instance().verify('text', signature)).toBe(false);
  });

  it('ignores a draft that a killed process left', () => {
    const { keyId } = instance().sign('text');
    writeFileSync(join(directory, 'audit', '.1a2b'), 'half a k');
    expect(instance().sign('text').keyId).toBe(keyId);
  });
});
