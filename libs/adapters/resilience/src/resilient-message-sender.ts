import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  ExponentialBackoff,
  circuitBreaker,
  handleWhen,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#domain/kernel';
import { seconds } from '#domain/kernel';
import { DeliveryError, refuseExpired, type Message, type MessageSender } from '#domain/notification';

export type Circuit = 'closed' | 'open' | 'half-open';

/** Durations in milliseconds. */
export interface ResilienceOptions {
  readonly maxAttempts: number;
  /** No attempt starts later than this after the first one did. */
  readonly budget: number;
  /** The first pause, before jitter; each further one doubles. */
  readonly initialDelay: number;
  readonly maxDelay: number;
  /** Failures in a row, over all messages, that open the circuit. */
  readonly failuresToOpen: number;
  /** How long the circuit stays open before one message may try again. */
  readonly openFor: number;
  /** Told of every change, for logs and metrics. */
  readonly onCircuitChange?: (transport: string, circuit: Circuit) => void;
}

const DEFAULTS: ResilienceOptions = {
  maxAttempts: 4,
  budget: seconds(20),
  initialDelay: 250,
  maxDelay: seconds(5),
  failuresToOpen: 5,
  openFor: seconds(10),
};

const CIRCUITS: Record<CircuitState, Circuit> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
};

/** A refusal of one message says nothing about the transport. */
const transportFailed = handleWhen(
  (error) =>
    error instanceof DeliveryError && (error.disposition === 'retry' || error.disposition === 'uncertain'),
);

/**
 * Repeats failed attempts with exponential backoff and decorrelated jitter, as long as that is safe and of
 * use, and leaves a transport alone that keeps failing. The loop is its own, rather than the library's,
 * because each pause has to fit the budget, the message's expiry and what the provider asked for.
 * What it wraps should be safe to repeat: see `OnceOnlySender`.
 */
export class ResilientMessageSender implements MessageSender {
  readonly name: string;
  readonly idempotent: boolean;
  readonly #options: ResilienceOptions;
  readonly #backoff: ExponentialBackoff<unknown>;
  readonly #breaker: CircuitBreakerPolicy;

  constructor(
    private readonly transport: MessageSender,
    private readonly clock: Clock,
    options: Partial<ResilienceOptions> = {},
    private readonly pause: (milliseconds: number) => Promise<unknown> = sleep,
  ) {
    this.name = transport.name;
    this.idempotent = transport.idempotent;
    this.#options = { ...DEFAULTS, ...options };
    const { initialDelay, maxDelay, failuresToOpen, openFor, onCircuitChange } = this.#options;
    this.#backoff = new ExponentialBackoff({ initialDelay, maxDelay });
    this.#breaker = circuitBreaker(transportFailed, {
      halfOpenAfter: openFor,
      breaker: new ConsecutiveBreaker(failuresToOpen),
    });
    this.#breaker.onStateChange((state) => onCircuitChange?.(this.name, CIRCUITS[state]));
  }

  get circuit(): Circuit {
    return CIRCUITS[this.#breaker.state];
  }

  async send(message: Message): Promise<void> {
    const latest = Math.min(
      this.clock.now().getTime() + this.#options.budget,
      message.expiresAt?.getTime() ?? Infinity,
    );
    let backoff = this.#backoff.next();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(message);
      } catch (error) {
        if (!(error instanceof DeliveryError) || error.outcome !== null) throw error;
        const delay = Math.max(backoff.duration, error.retryAfter);
        const next = this.clock.now().getTime() + delay;
        if (attempt >= this.#options.maxAttempts || next >= latest) throw error;
        await this.pause(delay);
        backoff = backoff.next(undefined);
      }
    }
  }

  async #attempt(message: Message): Promise<void> {
    try {
      await this.#breaker.execute(() => {
        // In here, because a half-open circuit makes callers wait for the outcome of the one that tries.
        refuseExpired(message, this.clock.now());
        return this.transport.send(message);
      });
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error;
      throw new DeliveryError('retry', 'circuit-open', this.#options.openFor);
    }
  }
}
