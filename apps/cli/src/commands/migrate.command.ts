import { Command } from 'commander';
import type { Migrator } from '#adapters/typeorm';
import { loadConfig } from '../../../api/src/config/index.js';
import { onDatabase, withMigrator } from '../database.js';

function migrate<T>(work: (migrator: Migrator) => Promise<T>): Promise<T> {
  const config = loadConfig({ env: process.env, cwd: process.cwd() });
  return onDatabase(config, (url) => withMigrator(url, work));
}

const up = new Command('up').description('Apply every outstanding migration').action(async () => {
  const applied = await migrate((migrator) => migrator.up(new Date()));
  for (const name of applied) console.log(`applied ${name}`);
  if (applied.length === 0) console.log('nothing to apply');
});

const down = new Command('down').description('Revert the newest migration').action(async () => {
  await migrate((migrator) => migrator.down());
  console.log('reverted one migration');
});

const status = new Command('status').description('List the migrations, oldest first').action(async () => {
  for (const { name, applied } of await migrate((migrator) => migrator.status())) {
    console.log(`${applied ? 'applied ' : 'pending '} ${name}`);
  }
});

export const migrateCommand = new Command('migrate')
  .description('Change the schema of the database; without DATABASE_URL, of the embedded one')
  .addCommand(up)
  .addCommand(down)
  .addCommand(status);
