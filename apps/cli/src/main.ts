import 'reflect-metadata';
import { Command } from 'commander';
import { doctorCommand } from './commands/doctor.command.js';
import { keysCommand } from './commands/keys.command.js';
import { migrateCommand } from './commands/migrate.command.js';
import { startCommand } from './commands/start.command.js';
import { explain } from './explain.js';

const program = new Command('gatehouse')
  .description('Self-hosted identity service and application backend')
  .addCommand(startCommand)
  .addCommand(migrateCommand)
  .addCommand(keysCommand)
  .addCommand(doctorCommand);

try {
  await program.parseAsync();
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
