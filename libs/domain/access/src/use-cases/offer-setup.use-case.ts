import { addMilliseconds, hours, type Clock, type Secret, type UnitOfWork } from '#domain/kernel';
import type { SetupTx } from '../ports/access-tx.js';
import type { SetupSecrets } from '../ports/setup-tokens.port.js';

/** A start prints a new one; what stays behind in a terminal or a log is worth nothing the next day. */
const LIFETIME = hours(1);

/** What a start prints while nobody administrates the deployment. */
export class OfferSetup {
  constructor(
    private readonly unitOfWork: UnitOfWork<SetupTx>,
    private readonly secrets: SetupSecrets,
    private readonly clock: Clock,
  ) {}

  /** A token for `CompleteSetup`; null when there is an administrator. Others that were printed stay good. */
  async execute(): Promise<Secret | null> {
    return this.unitOfWork.run(async (tx) => {
      const now = this.clock.now();
      if (await tx.administrators.existBesides(null, now)) return null;
      const token = this.secrets.generate();
      tx.setupTokens.add(this.secrets.digest(token.expose()), addMilliseconds(now, LIFETIME), now);
      return token;
    });
  }
}
