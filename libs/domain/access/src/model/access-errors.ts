import { DomainError } from '#domain/kernel';

export const permissionDenied = (): DomainError =>
  DomainError.forbidden('permission-denied', 'This needs a permission that you do not have');

export const exceedsOwnPermissions = (): DomainError =>
  DomainError.forbidden('exceeds-own-permissions', 'This concerns permissions that you do not have yourself');

export const roleNotFound = (): DomainError =>
  DomainError.notFound('role-not-found', 'There is no such role');

export const roleExists = (): DomainError =>
  DomainError.conflict('role-exists', 'There is a role of this name already');

export const administratorExists = (): DomainError =>
  DomainError.conflict('administrator-exists', 'There is an administrator already');
