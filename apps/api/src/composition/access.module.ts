import { Module } from '@nestjs/common';
import { CachedRolePermissions } from '#adapters/memory';
import {
  CheckPermission,
  CompleteSetup,
  CreateFirstAdministrator,
  CreateRole,
  DeleteRole,
  GetRole,
  ListRoles,
  OfferSetup,
  RefuseAccess,
  ROLE_DIRECTORY,
  ROLE_EVENTS,
  ROLE_PERMISSIONS_READER,
  SETUP_SECRETS,
  SetUserRoles,
  UpdateRole,
} from '#domain/access';
import { IDENTIFIER_PARSER } from '#domain/identity';
import { CLOCK, ID_GENERATOR, UNIT_OF_WORK } from '#domain/kernel';
import { SESSION_EVENTS, SIGN_UP_POLICY } from '#domain/session';
import { IdentityModule } from './identity.module.js';
import { provide } from './provide.js';

const useCases = [
  provide(CheckPermission, [ROLE_PERMISSIONS_READER]),
  provide(RefuseAccess, [UNIT_OF_WORK, CLOCK]),
  provide(ListRoles, [ROLE_DIRECTORY]),
  provide(GetRole, [ROLE_DIRECTORY]),
  provide(CreateRole, [UNIT_OF_WORK, ROLE_EVENTS, CLOCK]),
  provide(UpdateRole, [UNIT_OF_WORK, ROLE_EVENTS, CLOCK]),
  provide(DeleteRole, [UNIT_OF_WORK, ROLE_EVENTS, CLOCK]),
  provide(SetUserRoles, [UNIT_OF_WORK, SESSION_EVENTS, CLOCK]),
  provide(OfferSetup, [UNIT_OF_WORK, SETUP_SECRETS, CLOCK]),
  provide(CompleteSetup, [UNIT_OF_WORK, SETUP_SECRETS, SESSION_EVENTS, CLOCK]),
  provide(CreateFirstAdministrator, [UNIT_OF_WORK, IDENTIFIER_PARSER, ID_GENERATOR, CLOCK, SIGN_UP_POLICY]),
];

/** Who may do what: roles, the decision, and how the first administrator comes about. */
@Module({
  imports: [IdentityModule],
  providers: [
    provide(CachedRolePermissions, [ROLE_DIRECTORY, ROLE_EVENTS, CLOCK]),
    { provide: ROLE_PERMISSIONS_READER, useExisting: CachedRolePermissions },
    ...useCases,
  ],
  exports: useCases,
})
export class AccessModule {}
