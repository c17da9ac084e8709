import { token, type Secret } from '#domain/kernel';

/** `unavailable`: nobody knows right now. Passwords are accepted then: the check must not stop registration. */
export type BreachCheck = 'breached' | 'not-found' | 'unavailable';

/** Whether a password is known from a breach (NIST SP 800-63B-4, 3.1.1.2). Never throws. */
export interface BreachedPasswords {
  check(password: Secret): Promise<BreachCheck>;
}

export const BREACHED_PASSWORDS = token<BreachedPasswords>('BreachedPasswords');
