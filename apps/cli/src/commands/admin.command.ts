import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { CreateFirstAdministrator } from '#domain/access';
import { originOf } from '#domain/kernel';
import { AccessModule } from '../../../api/src/composition/access.module.js';
import { loadConfig } from '../../../api/src/config/index.js';
import { withUseCases } from '../database.js';

/** The audit's word for whoever has a shell on the machine: there is no better proof of who runs the place. */
const origin = () => originOf('gatehouse admin create', randomUUID());

async function createAdministrator({ identifier }: { readonly identifier: string }): Promise<void> {
  const config = loadConfig({ env: process.env, cwd: process.cwd() });
  await withUseCases(config, 'gatehouse-admin', AccessModule, async (useCases) => {
    const { id } = await useCases.get(CreateFirstAdministrator).execute({ identifier, origin: origin() });
    console.log(`${identifier} is the administrator now (account ${id}). Sign in with a code as usual.`);
  });
}

const create = new Command('create')
  .description('Make the first administrator, while there is none')
  .requiredOption('--identifier <identifier>', 'the email address or phone number to sign in with')
  .action(createAdministrator);

export const adminCommand = new Command('admin').description('Appoint who administrates').addCommand(create);
