import { randomBytes } from 'node:crypto';
import { normalisePassword, type PasswordHash, type PasswordHasher } from '#domain/credentials';
import type { Secret } from '#domain/kernel';
import type { HashingQueue } from './hashing-queue.js';
import type { ConfigurableScheme, PasswordScheme } from './password-scheme.js';

/** Every scheme behind one queue: hashes with the configured one, verifies whatever one of them supports. */
export class QueuedPasswordHasher implements PasswordHasher {
  private constructor(
    private readonly configured: ConfigurableScheme,
    private readonly others: readonly PasswordScheme[],
    readonly queue: HashingQueue,
    private readonly decoy: PasswordHash,
  ) {}

  static async create(
    configured: ConfigurableScheme,
    others: readonly PasswordScheme[],
    queue: HashingQueue,
  ): Promise<QueuedPasswordHasher> {
    const decoy = await configured.hash(randomBytes(32).toString('base64'));
    return new QueuedPasswordHasher(configured, others, queue, decoy);
  }

  hash(password: Secret): Promise<PasswordHash> {
    return this.queue.run(() => this.configured.hash(normalisePassword(password.expose())));
  }

  verify(password: Secret, hash: PasswordHash | null): Promise<boolean> {
    const scheme = hash && this.#schemeOf(hash);
    return this.queue.run(async () => {
      for (const text of readingsOf(password.expose())) {
        if (!scheme) await this.configured.verify(text, this.decoy);
        else if (await scheme.verify(text, hash)) return true;
      }
      return false;
    });
  }

  isOutdated(hash: PasswordHash): boolean {
    return !this.configured.isCurrent(hash);
  }

  supports(hash: PasswordHash): boolean {
    return this.#schemeOf(hash) !== undefined;
  }

  #schemeOf(hash: PasswordHash): PasswordScheme | undefined {
    return [this.configured, ...this.others].find((scheme) => scheme.supports(hash));
  }
}

/** Our own hashes are of the normalised text; one from elsewhere may be of what was typed. */
const readingsOf = (typed: string): ReadonlySet<string> => new Set([normalisePassword(typed), typed]);
