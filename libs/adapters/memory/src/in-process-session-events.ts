import type { SessionChange, SessionEvents } from '#domain/session';

/** For a single instance: whoever ends a session and whoever caches it share this process. */
export class InProcessSessionEvents implements SessionEvents {
  readonly #listeners: ((change: SessionChange) => void)[] = [];

  publish(change: SessionChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch {
        // A listener that fails keeps its own bound on staleness, and no other one from being told.
      }
    }
  }

  subscribe(listener: (change: SessionChange) => void): void {
    this.#listeners.push(listener);
  }
}
