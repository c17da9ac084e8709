import { Gauge, type Registry } from 'prom-client';

export type CircuitName = 'sms' | 'email' | 'redis';
export type CircuitState = 'closed' | 'half-open' | 'open';

const STATES: readonly CircuitState[] = ['closed', 'half-open', 'open'];

/** Which of the things that we can do without for a while are being done without. */
export class CircuitMetrics {
  readonly #circuits = new Map<CircuitName, () => CircuitState>();

  constructor(registry: Registry) {
    const circuits = this.#circuits;
    new Gauge({
      name: 'gatehouse_circuit_state',
      help: '1 for the state that the circuit breaker in front of a transport or of Redis is in, 0 for the others.',
      labelNames: ['circuit', 'state'],
      registers: [registry],
      collect() {
        for (const [circuit, current] of circuits) {
          const now = current();
          for (const state of STATES) this.set({ circuit, state }, state === now ? 1 : 0);
        }
      },
    });
  }

  watch(name: CircuitName, state: () => CircuitState): void {
    this.#circuits.set(name, state);
  }
}
