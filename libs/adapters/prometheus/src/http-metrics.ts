import { Gauge, Histogram, type Registry } from 'prom-client';

/** Seconds. The session check answers within the first, password hashing within the middle ones. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

const STATUS_CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;

/** A route of the program: its template, never a path that a client asked for. */
export interface Route {
  readonly method: string;
  readonly route: string;
}

const UNMATCHED: Route = { method: 'any', route: 'unmatched' };

/**
 * Requests by route template, method and class of status. A route is made known when it is registered, so the series
 * are bounded by the program; whatever matches none of them is one route, whose method is not looked at.
 */
export class HttpMetrics {
  readonly #duration: Histogram<'method' | 'route' | 'status'>;
  readonly #routes = new Map<string, Route>();
  #inFlight: () => readonly Route[] = () => [];
  readonly unmatched: RouteDuration;

  constructor(registry: Registry) {
    this.#duration = new Histogram({
      name: 'gatehouse_http_request_duration_seconds',
      help: 'From the request line to the last byte of the answer; its count is the number of requests answered.',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS,
      registers: [registry],
    });
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
    this.unmatched = this.#durationOf(UNMATCHED);
  }

  route(route: Route): RouteDuration {
    this.#routes.set(keyOf(route), route);
    return this.#durationOf(route);
  }

  /** `read` names the route of each request that is being answered. */
  watchInFlight(read: () => readonly Route[]): void {
    this.#inFlight = read;
  }

  #durationOf({ method, route }: Route): RouteDuration {
    return new RouteDuration(STATUS_CLASSES.map((status) => this.#duration.labels(method, route, status)));
  }

  #countInFlight(): ReadonlyMap<Route, number> {
    const counts = new Map([...this.#routes.values()].map((route) => [route, 0]));
    for (const request of this.#inFlight()) {
      const route = this.#routes.get(keyOf(request));
      if (route) counts.set(route, (counts.get(route) ?? 0) + 1);
    }
    return counts;
  }
}

const keyOf = ({ method, route }: Route): string => `${method} ${route}`;

/** One route's series, looked up beforehand. */
export class RouteDuration {
  constructor(private readonly byStatusClass: readonly { observe(seconds: number): void }[]) {}

  observe(status: number, seconds: number): void {
    this.byStatusClass[Math.trunc(status / 100) - 1]?.observe(seconds);
  }
}
