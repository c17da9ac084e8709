import { Gauge, type Registry } from 'prom-client';

/** A gauge that is read when it is scraped; without a reading, it is absent rather than wrong. */
export function gauge(registry: Registry, name: string, help: string, read: () => number | undefined): Gauge {
  return new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      const value = read();
      if (value === undefined) this.remove();
      else this.set(value);
    },
  });
}

/** One series for each state, of which the reader names all there are. */
export function gaugeByState(
  registry: Registry,
  name: string,
  help: string,
  read: () => Readonly<Record<string, number>> | undefined,
): Gauge {
  return new Gauge({
    name,
    help,
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [state, value] of Object.entries(read() ?? {})) this.set({ state }, value);
    },
  });
}
