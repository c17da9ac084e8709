/** For a single instance: whoever changes something and whoever caches it share this process. */
export class InProcessBroadcast<Message> {
  readonly #listeners: ((message: Message) => void)[] = [];

  publish(message: Message): void {
    for (const listener of this.#listeners) {
      try {
        listener(message);
      } catch {
        // A listener that fails keeps its own bound on staleness, and no other one from being told.
      }
    }
  }

  subscribe(listener: (message: Message) => void): void {
    this.#listeners.push(listener);
  }
}
