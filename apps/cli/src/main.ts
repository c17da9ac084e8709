import 'reflect-metadata';
import { Command } from 'commander';
import { adminCommand } from './commands/admin.command.js';
import { auditCommand } from './commands/audit.command.js';
import { doctorCommand } from './commands/doctor.command.js';
import { elasticsearchCommand } from './commands/elasticsearch.command.js';
import { importCommand } from './commands/import.command.js';
import { keysCommand } from './commands/keys.command.js';
import { migrateCommand } from './commands/migrate.command.js';
import { seedCommand } from './commands/seed.command.js';
import { startCommand } from './commands/start.command.js';
import { explain } from '../../api/src/explain.js';

const program = new Command('gatehouse')
  .description('Self-hosted identity service and application backend')
  .addCommand(startCommand)
  .addCommand(migrateCommand)
  .addCommand(adminCommand)
  .addCommand(auditCommand)
  .addCommand(importCommand)
  .addCommand(seedCommand)
  .addCommand(keysCommand)
  .addCommand(elasticsearchCommand)
  .addCommand(doctorCommand);

try {
  await program.parseAsync();
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
