import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGatehouse, type Gatehouse } from './gatehouse.js';

export interface Installation {
  readonly instances: readonly Gatehouse[];
  stop(): Promise<void>;
}

/** Instances on one database with the same keys, each with what `envs` says of it. */
export async function startInstallation(
  ...envs: readonly Readonly<Record<string, string>>[]
): Promise<Installation> {
  const keys = await mkdtemp(join(tmpdir(), 'gatehouse-keys-'));
  const instances: Gatehouse[] = [];
  for (const env of envs) {
    const databaseUrl = instances[0]?.databaseUrl;
    instances.push(
      await startGatehouse({ env: { KEYS_DIR: keys, ...env }, ...(databaseUrl && { databaseUrl }) }),
    );
  }
  return {
    instances,
    async stop() {
      // The first one's database goes with it.
      for (const instance of [...instances].reverse()) await instance.stop();
      await rm(keys, { recursive: true });
    },
  };
}
