import { Test } from '@nestjs/testing';
import { describe, expect, it } from '@jest/globals';
import { tmpdir } from 'node:os';
import { ADDRESS_REPUTATION, GEO_READER, type AddressReputation, type GeoReader } from '#domain/risk';
import { loadConfig } from '../config/index.js';
import { PoliciesModule } from './policies.module.js';
import { RiskModule } from './risk.module.js';

const compile = (env: Record<string, string>) => {
  const config = loadConfig({ env, cwd: tmpdir() });
  return Test.createTestingModule({
    imports: [PoliciesModule.register(config), RiskModule.register(config)],
  }).compile();
};

describe('RiskModule', () => {
  it.each(['GEO_DATABASE', 'ADDRESS_REPUTATION_FILES'])(
    'starts with no file missing in %s',
    async (setting) => {
      await expect(compile({ [setting]: '/absent/file' })).rejects.toThrow(
        new RegExp(`not valid:\n  - ${setting} \\(risk\\.\\w+\\) cannot be used: ENOENT`),
      );
    },
  );

  it('knows nothing about addresses where that is switched off', async () => {
    const risk = await compile({ GEO_DATABASE: 'off' });
    expect(risk.get<GeoReader>(GEO_READER).locate('8.8.8.8')).toBeNull();
    expect(risk.get<AddressReputation>(ADDRESS_REPUTATION).isListed('8.8.8.8')).toBe(false);
  });
});
