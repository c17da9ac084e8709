import { Command } from 'commander';
import { SigningKeys, SystemClock } from '#adapters/crypto';
import { signingKeyOptions } from '../../../api/src/composition/infrastructure.module.js';
import { loadConfig } from '../../../api/src/config/index.js';

function openKeys(): SigningKeys {
  const config = loadConfig({ env: process.env, cwd: process.cwd() });
  return new SigningKeys(signingKeyOptions(config, console.error), new SystemClock());
}

const list = new Command('list').description('List the signing keys, newest first').action(() => {
  const keys = openKeys();
  const published = new Set(keys.jwks().keys.map(({ kid }) => kid));
  for (const { kid, createdAt } of keys.list()) {
    const state = kid === keys.current.kid ? 'signing' : published.has(kid) ? 'published' : 'retired';
    console.log(`${kid}  ${createdAt.toISOString()}  ${state}`);
  }
});

const rotate = new Command('rotate')
  .description(
    'Make a new signing key; running instances publish it at once and sign with it in five minutes',
  )
  .action(() => console.log(`made ${openKeys().rotate().kid}`));

const prune = new Command('prune')
  .description('Delete keys that no living token was signed with')
  .action(() => {
    const retired = openKeys().prune();
    for (const kid of retired) console.log(`deleted ${kid}`);
    if (retired.length === 0) console.log('nothing to delete');
  });

export const keysCommand = new Command('keys')
  .description('Manage the keys that sign access tokens')
  .addCommand(list)
  .addCommand(rotate)
  .addCommand(prune);
