/** The role without which nobody could give anybody any role again. */
export const ADMINISTRATOR = 'admin';

/** Those who hold the role `admin` and may use it, inside a unit of work. */
export interface Administrators {
  /**
   * Whether there is one besides the account; null leaves out none. Whoever asks takes turns with all who ask,
   * until the transaction ends: of two that each count on the other, the second is told of the first.
   *
   * Asked last, after every account's row is locked, so that no two wait for each other.
   */
  existBesides(userId: string | null, now: Date): Promise<boolean>;
}
