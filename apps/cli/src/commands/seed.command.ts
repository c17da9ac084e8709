import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError } from 'commander';
import { AccountSeeder, PostgresDatabase } from '#adapters/typeorm';
import { loadConfig } from '../../../api/src/config/index.js';
import { onDatabase, withDataSource, withMigrator } from '../database.js';

const BATCH = 10_000;
const MAX_USERS = 99_999_999;

interface SeedOptions {
  readonly users: number;
  readonly force?: boolean;
}

async function seed({ users, force = false }: SeedOptions): Promise<void> {
  const config = loadConfig({ env: process.env, cwd: process.cwd() });
  if (config.environment === 'production' && !force) {
    console.error('This fills the database with invented people. In production it takes --force.');
    process.exitCode = 1;
    return;
  }
  await onDatabase(config, async (url) => {
    await withMigrator(url, (migrator) => migrator.up(new Date()));
    await withDataSource(url, 'gatehouse-seed', (dataSource) =>
      fill(new AccountSeeder(new PostgresDatabase(dataSource)), users),
    );
  });
}

/** Each batch is a transaction, and an account that is there already stays: it can be stopped and run again. */
async function fill(seeder: AccountSeeder, users: number): Promise<void> {
  const bar = new SingleBar({
    format: 'Seeding {bar} {percentage} % | {value} of {total} | {speed} a second',
  });
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1_000;
  let made = 0;
  bar.start(users, 0, { speed: 0 });
  try {
    for (let from = 1; from <= users; from += BATCH) {
      const to = Math.min(users, from + BATCH - 1);
      made += await seeder.seed(from, to);
      bar.update(to, { speed: Math.round(to / seconds()) });
    }
  } finally {
    bar.stop();
  }
  await seeder.finish();
  console.log(`${made} accounts made, ${users - made} were there, in ${seconds().toFixed(1)} s`);
}

function count(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > MAX_USERS) {
    throw new InvalidArgumentError(`a whole number from 1 to ${MAX_USERS}`);
  }
  return value;
}

export const seedCommand = new Command('seed')
  .description('Fill the database with invented accounts, to try how it does with many')
  .requiredOption('--users <count>', 'how many there shall be', count)
  .option('--force', 'also with NODE_ENV=production')
  .action(seed);
