import { token } from '#domain/kernel';
import type { PasswordScore } from '../model/password-policy.js';

/** How hard a password is to guess for somebody who knows its owner. Takes bounded time on any input. */
export interface PasswordStrength {
  score(password: string, personal: readonly string[]): PasswordScore;
}

export const PASSWORD_STRENGTH = token<PasswordStrength>('PasswordStrength');
