import { Gauge, type Histogram, type Registry } from 'prom-client';
import { RouteDuration, type Route } from './route-duration.js';

/** Whatever is no route of ours. */
export const UNMATCHED: Route = { method: 'any', route: 'unmatched' };

const DURATION = 'gatehouse_http_request_duration_seconds';

/**
 * Requests by route template, method and class of status. A route is made known when it is registered, so the series
 * are bounded by the program.
 */
export class HttpMetrics {
  readonly #routes = new Map<string, { readonly route: Route; readonly duration: RouteDuration }>();
  #inFlight: () => readonly Route[] = () => [];

  constructor(registry: Registry) {
    // All that a registry asks of a metric is its name and `get`; the rest of the class is about observing.
    registry.registerMetric({ name: DURATION, get: () => this.#durations() } as unknown as Histogram);
    const readInFlight = (): ReadonlyMap<Route, number> => this.#countInFlight();
    new Gauge({
      name: 'gatehouse_http_requests_in_flight',
      help: 'Requests of a route that were accepted and are not answered yet.',
      labelNames: ['method', 'route'],
      registers: [registry],
      collect() {
        for (const [{ method, route }, count] of readInFlight()) this.set({ method, route }, count);
      },
    });
  }

  route(route: Route): RouteDuration {
    const known = this.#routes.get(keyOf(route));
    if (known) return known.duration;
    const duration = new RouteDuration();
    this.#routes.set(keyOf(route), { route, duration });
    return duration;
  }

  /** `read` names the route of each request that is being answered. */
  watchInFlight(read: () => readonly Route[]): void {
    this.#inFlight = read;
  }

  async #durations(): Promise<object> {
    return {
      name: DURATION,
      help: 'From the request line to the last byte of the answer; its count is the number of requests answered.',
      type: 'histogram',
      values: [...this.#routes.values()].flatMap(({ route, duration }) => duration.samples(DURATION, route)),
    };
  }

  #countInFlight(): ReadonlyMap<Route, number> {
    const counts = new Map([...this.#routes.values()].map(({ route }) => [route, 0]));
    for (const request of this.#inFlight()) {
      const route = this.#routes.get(keyOf(request))?.route;
      if (route) counts.set(route, (counts.get(route) ?? 0) + 1);
    }
    return counts;
  }
}

const keyOf = ({ method, route }: Route): string => `${method} ${route}`;
