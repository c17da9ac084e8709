import type { DeliveryLog, FinalOutcome } from '#domain/notification';

/** For one process, and no longer than it lives: tests, and transports that may forget with it. */
export class InMemoryDeliveryLog implements DeliveryLog {
  readonly #entries = new Map<string, FinalOutcome | 'claimed'>();

  async claim(messageId: string): Promise<'claimed' | 'already-claimed'> {
    if (this.#entries.has(messageId)) return 'already-claimed';
    this.#entries.set(messageId, 'claimed');
    return 'claimed';
  }

  async release(messageId: string): Promise<void> {
    if (this.#entries.get(messageId) === 'claimed') this.#entries.delete(messageId);
  }

  async settle(messageId: string, outcome: FinalOutcome): Promise<void> {
    if (this.#entries.get(messageId) === 'claimed') this.#entries.set(messageId, outcome);
  }

  /** How a message ended, for tests; `claimed` while it is in hand. */
  outcomeOf(messageId: string): FinalOutcome | 'claimed' | undefined {
    return this.#entries.get(messageId);
  }
}
