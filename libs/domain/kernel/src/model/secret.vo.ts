const REDACTED = '[redacted]';

/**
 * A value that must not reach a log, a problem document or a stack trace. Every implicit way of turning an
 * object into text answers `[redacted]`; reading the value takes a deliberate `expose()`, which a reviewer
 * can search for.
 */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  expose(): T {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  /** What Node's `util.inspect`, and so `console.log`, prints. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return REDACTED;
  }
}
