import { Command } from 'commander';
import { describeConfig, loadConfig } from '../../../api/src/config/index.js';
import { checkUps } from '../check-ups.js';

export const doctorCommand = new Command('doctor')
  .description('Show the configuration, without its secrets, and check what it points to')
  .action(async () => {
    const config = loadConfig({ env: process.env, cwd: process.cwd() });
    for (const { env, path, value } of describeConfig(config)) {
      console.log(`${env.padEnd(32)} ${path.padEnd(28)} ${value}`);
    }
    console.log();
    for (const { of, says, verdict } of await checkUps(config)) {
      console.log(`${of}: ${verdict === 'warning' ? 'warning: ' : ''}${says}`);
      if (verdict === 'failed') process.exitCode = 1;
    }
  });
