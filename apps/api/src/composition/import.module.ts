import { Module } from '@nestjs/common';
import { PasswordHashingModule } from '#adapters/password-hashing';
import { ImportAccounts } from '#domain/administration';
import { PASSWORD_HASHER } from '#domain/credentials';
import { IDENTIFIER_PARSER } from '#domain/identity';
import { CLOCK, ID_GENERATOR, UNIT_OF_WORK } from '#domain/kernel';
import { IdentityModule } from './identity.module.js';
import { provide } from './provide.js';

const useCases = [
  provide(ImportAccounts, [UNIT_OF_WORK, IDENTIFIER_PARSER, PASSWORD_HASHER, ID_GENERATOR, CLOCK]),
];

/** Accounts from another system. Hashes are only looked at, so how new ones would be made does not matter. */
@Module({
  imports: [
    IdentityModule,
    PasswordHashingModule.register({ scheme: 'argon2id', concurrency: 1, maxWaiting: 0 }),
  ],
  providers: useCases,
  exports: useCases,
})
export class ImportModule {}
