/** A route of the program: its template, never a path that a client asked for. */
export interface Route {
  readonly method: string;
  readonly route: string;
}

/** One line of the exposition. */
export interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** Seconds. The session check answers within the first, password hashing within the middle ones. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10] as const;

const STATUS_CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;

/**
 * How long one route took, by class of status. Plain arrays, because every request passes here: prom-client's own
 * histogram finds its series by a text that it puts together for each observation.
 */
export class RouteDuration {
  readonly #series = STATUS_CLASSES.map((status) => ({
    status,
    sum: 0,
    /** What took at most so long, and longer than the bucket before; the last one takes the rest. */
    counts: new Float64Array(BUCKETS.length + 1),
  }));

  observe(status: number, seconds: number): void {
    const series = this.#series[Math.trunc(status / 100) - 1];
    if (!series) return;
    let bucket = 0;
    while (bucket < BUCKETS.length && seconds > BUCKETS[bucket]!) bucket++;
    series.counts[bucket]!++;
    series.sum += seconds;
  }

  /** As a histogram's samples: cumulative buckets, sum and count, of the classes that were answered. */
  samples(name: string, route: Route): readonly Sample[] {
    return this.#series.flatMap(({ status, sum, counts }) => {
      const labels = { ...route, status };
      let count = 0;
      const buckets = [...counts].map((inBucket, i) => ({
        metricName: `${name}_bucket`,
        labels: { ...labels, le: BUCKETS[i] ?? '+Inf' },
        value: (count += inBucket),
      }));
      if (count === 0) return [];
      return [
        ...buckets,
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: count },
      ];
    });
  }
}
