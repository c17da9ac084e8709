import { Command } from 'commander';
import { describeConfig, loadConfig } from '../../../api/src/config/index.js';
import { withMigrator } from '../database.js';
import { explain } from '../../../api/src/explain.js';

export const doctorCommand = new Command('doctor')
  .description('Show the configuration, without its secrets, and check what it points to')
  .action(async () => {
    const config = loadConfig({ env: process.env, cwd: process.cwd() });
    for (const { env, path, value } of describeConfig(config)) {
      console.log(`${env.padEnd(32)} ${path.padEnd(28)} ${value}`);
    }
    const { url } = config.database;
    if (!url) {
      console.log(`\ndatabase: embedded, in ${config.dataDir}; started by "gatehouse start"`);
      return;
    }
    try {
      const migrations = await withMigrator(url, (migrator) => migrator.status());
      const pending = migrations.filter(({ applied }) => !applied).length;
      console.log(`\ndatabase: reachable, ${pending === 0 ? 'up to date' : `${pending} migrations pending`}`);
      if (pending > 0) process.exitCode = 1;
    } catch (error) {
      console.log(`\ndatabase: ${explain(error)}`);
      process.exitCode = 1;
    }
  });
