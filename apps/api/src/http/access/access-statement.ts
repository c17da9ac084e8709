import type { Permission } from '#domain/access';

export const ACCESS = Symbol('access');

/** Whom a route is for: everybody, whoever is signed in, or holders of a permission. */
export type Access = 'public' | 'authenticated' | Permission;

/** What the decorators have in common. A route or controller says it once: of two, either might be the mistake. */
export const stateAccess =
  (access: Access): MethodDecorator & ClassDecorator =>
  (target: object, _name?: string | symbol, descriptor?: PropertyDescriptor): void => {
    const stated = (descriptor?.value ?? target) as object;
    if (Reflect.hasOwnMetadata(ACCESS, stated)) throw new Error('A route says twice whom it is for');
    Reflect.defineMetadata(ACCESS, access, stated);
  };
