import { BrokenCircuitError, circuitBreaker, CircuitState, ConsecutiveBreaker, handleAll } from 'cockatiel';

/** Failures in a row after which Redis is left alone, and for how long. */
const FAILURES = 3;
const PAUSE_MS = 1_000;

/**
 * Keeps a Redis that hangs from costing every request its timeout: after three in a row callers are turned
 * away at once, and one call a second finds out whether it is back.
 */
export class RedisCircuit {
  readonly #breaker = circuitBreaker(handleAll, {
    halfOpenAfter: PAUSE_MS,
    breaker: new ConsecutiveBreaker(FAILURES),
  });
  readonly onBreak = this.#breaker.onBreak;
  readonly onReset = this.#breaker.onReset;

  get state(): 'closed' | 'half-open' | 'open' {
    switch (this.#breaker.state) {
      case CircuitState.Closed:
        return 'closed';
      case CircuitState.HalfOpen:
        return 'half-open';
      default:
        return 'open';
    }
  }

  execute<T>(command: () => Promise<T>): Promise<T> {
    // The breaker would have everybody else wait for the one call that tries; they have a local answer.
    if (this.#breaker.state === CircuitState.HalfOpen) return Promise.reject(new BrokenCircuitError());
    return this.#breaker.execute(command);
  }
}
