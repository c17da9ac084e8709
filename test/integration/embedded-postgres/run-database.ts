/** Holds an embedded database open in a process of its own, so that a spec can kill that process. */
import { EmbeddedDatabase } from '#adapters/embedded-postgres';

const [dataDir = ''] = process.argv.slice(2);
try {
  const database = await EmbeddedDatabase.start({ dataDir, log: () => undefined });
  process.once('SIGTERM', () => void database.stop().then(() => process.exit(0)));
  process.stdout.write(`${database.url.expose()}\n`);
} catch (error) {
  process.stdout.write(`${(error as Error).name}: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
