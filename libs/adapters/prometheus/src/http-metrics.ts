import { Gauge, Histogram, type Registry } from 'prom-client';

/** Seconds. The session check answers within the first, password hashing within the middle ones. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

const STATUS_CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;

/**
 * Requests by route template, method and class of status. A route is made known when it is registered, so the series
 * are bounded by the program; whatever matches none of them is one route, whose method is not looked at.
 */
export class HttpMetrics {
  readonly #duration: Histogram<'method' | 'route' | 'status'>;
  readonly #routes: RouteMeter[] = [];
  readonly unmatched: RouteMeter;

  constructor(registry: Registry) {
    this.#duration = new Histogram({
      name: 'gatehouse_http_request_duration_seconds',
      help: 'From the request line to the last byte of the answer; its count is the number of requests answered.',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS,
      registers: [registry],
    });
    const routes = this.#routes;
    new Gauge({
      name: 'gatehouse_http_requests_in_flight',
      help: 'Requests that were accepted and are not answered yet.',
      labelNames: ['method', 'route'],
      registers: [registry],
      collect() {
        for (const { method, route, inFlight } of routes) this.set({ method, route }, inFlight);
      },
    });
    this.unmatched = this.route('any', 'unmatched');
  }

  /** To be called for routes of the program only, never with what a client sent. */
  route(method: string, route: string): RouteMeter {
    const known = this.#routes.find((meter) => meter.method === method && meter.route === route);
    if (known) return known;
    const durations = STATUS_CLASSES.map((status) => this.#duration.labels(method, route, status));
    const meter = new RouteMeter(method, route, durations);
    this.#routes.push(meter);
    return meter;
  }
}

/** One route's series, looked up beforehand: a request costs one observation and no label. */
export class RouteMeter {
  #inFlight = 0;

  constructor(
    readonly method: string,
    readonly route: string,
    private readonly durations: readonly { observe(seconds: number): void }[],
  ) {}

  get inFlight(): number {
    return this.#inFlight;
  }

  begin(): void {
    this.#inFlight++;
  }

  /** The client left before it had its answer: nothing to measure. */
  abandon(): void {
    this.#inFlight--;
  }

  end(status: number, seconds: number): void {
    this.#inFlight--;
    this.durations[Math.trunc(status / 100) - 1]?.observe(seconds);
  }
}
