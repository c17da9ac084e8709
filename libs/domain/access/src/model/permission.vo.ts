import { DomainError } from '#domain/kernel';

/**
 * What Gatehouse itself asks for. A route that names a permission names one of these, so a misspelt one does not
 * compile. Roles may hold others besides, for the applications that read roles from the token.
 */
export type OwnPermission =
  | 'users:read'
  | 'users:update'
  | 'users:delete'
  | 'users:restore'
  | 'users:lock'
  | 'users:suspend'
  | 'users:reset-password'
  | 'sessions:read'
  | 'sessions:revoke'
  | 'roles:read'
  | 'roles:manage'
  | 'roles:assign'
  | 'audit:read'
  | 'alerts:acknowledge';

const WILDCARD = '*';
const MAX_LENGTH = 100;
/** A whole part is a wildcard or none of it is: `user*` would one day reach a resource that nobody thought of. */
const PART = String.raw`(?:\*|[a-z0-9]+(?:-[a-z0-9]+)*)`;
export const PERMISSION = new RegExp(`^${PART}:${PART}$`);

/** A right to do an action on a kind of resource, `resource:action`, with a wildcard for either or both. */
export class Permission {
  private constructor(
    readonly resource: string,
    readonly action: string,
  ) {}

  /** Throws `invalid-permission` for anything but the exact form: nothing is trimmed, folded or guessed. */
  static of(text: string): Permission {
    if (text.length > MAX_LENGTH || !PERMISSION.test(text)) throw invalidPermission(text);
    const [resource, action] = text.split(':') as [string, string];
    return new Permission(resource, action);
  }

  /** Whether whoever holds this one thereby holds `other`. A wildcard is covered by a wildcard only. */
  covers(other: Permission): boolean {
    return coversPart(this.resource, other.resource) && coversPart(this.action, other.action);
  }

  toString(): string {
    return `${this.resource}:${this.action}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

const coversPart = (held: string, wanted: string): boolean => held === WILDCARD || held === wanted;

const invalidPermission = (text: string): DomainError =>
  DomainError.invalid(
    'invalid-permission',
    `not a permission of the form resource:action: ${JSON.stringify(text.slice(0, MAX_LENGTH))}`,
    'permissions',
  );
