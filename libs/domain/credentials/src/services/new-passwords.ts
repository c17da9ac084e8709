import { Secret } from '#domain/kernel';
import type { PasswordHash } from '../model/password-hash.vo.js';
import {
  normalisePassword,
  passwordBreached,
  passwordTooWeak,
  requireWellChosen,
  type PasswordPolicy,
} from '../model/password-policy.js';
import type { BreachedPasswords } from '../ports/breached-passwords.port.js';
import type { PasswordHasher } from '../ports/password-hasher.port.js';
import type { PasswordStrength } from '../ports/password-strength.port.js';

/** Whether a password may be chosen, asked in the same words wherever one is: registration, reset, change. */
export class NewPasswords {
  constructor(
    private readonly policy: PasswordPolicy,
    private readonly strength: PasswordStrength,
    private readonly breached: BreachedPasswords,
    private readonly hasher: PasswordHasher,
  ) {}

  /**
   * Throws `password-too-short`, `password-too-long`, `password-composition`, `password-too-weak` or
   * `password-breached`, and `hashing-busy`. `personal` is what an attacker knows of the owner: names, addresses.
   */
  async accept(password: Secret, personal: readonly string[]): Promise<PasswordHash> {
    const normalised = normalisePassword(password.expose());
    requireWellChosen(normalised, this.policy);
    if (this.strength.score(normalised, personal) < this.policy.minScore) throw passwordTooWeak();
    if ((await this.breached.check(new Secret(normalised))) === 'breached') throw passwordBreached();
    return this.hasher.hash(password);
  }
}
