import { DomainError, type Secret, type UnitOfWork } from '#domain/kernel';
import type { PasswordHash } from '../model/password-hash.vo.js';
import type { CredentialsTx } from '../ports/credentials-tx.js';
import type { ClaimOutcome } from '../ports/password-attempts.port.js';
import type { PasswordHasher } from '../ports/password-hasher.port.js';

export interface Comparison {
  readonly matches: boolean;
  /** The right password hashed as it should be by now; null when it was, or when there is no time for that. */
  readonly upgraded: PasswordHash | null;
}

/** The slow half of an attempt that was admitted. */
export class ComparePasswords {
  constructor(
    private readonly hasher: PasswordHasher,
    private readonly unitOfWork: UnitOfWork<Pick<CredentialsTx, 'passwordFailures'>>,
  ) {}

  /** Throws `hashing-busy`; the attempt is then not held against anybody. */
  async compare(
    typed: Secret,
    { password, counted }: Extract<ClaimOutcome, { outcome: 'admitted' }>,
  ): Promise<Comparison> {
    const hash = password?.hash ?? null;
    try {
      const matches = await this.hasher.verify(typed, hash);
      const outdated = matches && hash !== null && this.hasher.isOutdated(hash);
      return { matches, upgraded: outdated ? await this.#rehash(typed) : null };
    } catch (error) {
      await this.unitOfWork.run(async (tx) => tx.passwordFailures.takeBack(counted));
      throw error;
    }
  }

  async #rehash(typed: Secret): Promise<PasswordHash | null> {
    try {
      return await this.hasher.hash(typed);
    } catch (error) {
      if (error instanceof DomainError && error.kind === 'unavailable') return null;
      throw error;
    }
  }
}
