import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

export default async function globalTeardown() {
  const { database, dataDir } = globalThis.gatehouseTestPostgres;
  await Promise.all([database.stop(), stopElasticsearch(process.env.GATEHOUSE_TEST_ELASTICSEARCH)]);
  await rm(dataDir, { recursive: true });
}

async function stopElasticsearch(folder) {
  const pid = await readFile(join(folder, 'pid'), 'utf8').catch(() => null);
  if (pid !== null)
    for (let signal = 'SIGTERM'; isSent(Number(pid), signal); signal = 0) await setTimeout(50);
  await rm(folder, { recursive: true, force: true });
}

/** False once there is nobody to send it to. */
function isSent(pid, signal) {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
