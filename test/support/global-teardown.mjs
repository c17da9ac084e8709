import { rm } from 'node:fs/promises';

export default async function globalTeardown() {
  const { database, dataDir } = globalThis.gatehouseTestPostgres;
  await database.stop();
  await rm(dataDir, { recursive: true });
}
