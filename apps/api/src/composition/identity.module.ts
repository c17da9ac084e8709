import { Module } from '@nestjs/common';
import { IdentifiersModule } from '#adapters/identifiers';
import {
  ACCOUNT_DIRECTORY,
  ACCOUNT_SEARCH,
  DELETION_POLICY,
  DeleteAccount,
  EraseDeletedAccounts,
  GetOwnAccount,
  IDENTIFIER_PARSER,
  RemoveIdentifier,
  SearchAccounts,
  UpdateProfile,
} from '#domain/identity';
import { CLOCK, ID_GENERATOR, UNIT_OF_WORK } from '#domain/kernel';
import { SESSION_EVENTS } from '#domain/session';
import { provide } from './provide.js';

const useCases = [
  provide(SearchAccounts, [ACCOUNT_SEARCH, IDENTIFIER_PARSER, CLOCK]),
  provide(GetOwnAccount, [ACCOUNT_DIRECTORY]),
  provide(UpdateProfile, [UNIT_OF_WORK, CLOCK]),
  provide(RemoveIdentifier, [UNIT_OF_WORK, ID_GENERATOR, CLOCK]),
  provide(DeleteAccount, [UNIT_OF_WORK, SESSION_EVENTS, ID_GENERATOR, CLOCK, DELETION_POLICY]),
  provide(EraseDeletedAccounts, [UNIT_OF_WORK, ID_GENERATOR, CLOCK, DELETION_POLICY]),
];

/** Who people are: accounts, their identifiers and profiles. */
@Module({ imports: [IdentifiersModule], providers: useCases, exports: [IdentifiersModule, ...useCases] })
export class IdentityModule {}
