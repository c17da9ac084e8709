import { normalisePassword, PasswordHash, type PasswordHasher } from '#domain/credentials';
import { DomainError, type Secret } from '#domain/kernel';

/** Hashes in the clear, and counts the work; a change of `parameters` makes all earlier ones outdated. */
export class ReadablePasswordHasher implements PasswordHasher {
  parameters = 1;
  busy = false;
  /** What each call worked on: `hash`, `verify` or, without an account, `decoy`. */
  readonly work: string[] = [];
  /** Awaited by each verification, so that a test can do something meanwhile. */
  meanwhile: () => Promise<unknown> = async () => undefined;

  async hash(password: Secret): Promise<PasswordHash> {
    this.#work('hash');
    return PasswordHash.of(`$scrypt$ln=${this.parameters}$${spelled(password)}`);
  }

  async verify(password: Secret, hash: PasswordHash | null): Promise<boolean> {
    this.#work(hash ? 'verify' : 'decoy');
    await this.meanwhile();
    return hash?.expose().split('$').at(-1) === spelled(password);
  }

  isOutdated(hash: PasswordHash): boolean {
    return !hash.expose().includes(`$ln=${this.parameters}$`);
  }

  supports(): boolean {
    return true;
  }

  #work(kind: string): void {
    if (this.busy) throw DomainError.unavailable('hashing-busy', 'Busy', 1);
    this.work.push(kind);
  }
}

const spelled = (password: Secret): string =>
  [...normalisePassword(password.expose())]
    .map((character) => character.codePointAt(0)!.toString(16))
    .join('-');
