import { rankingMetric, type Breakdown, type Filter, type Metric, type Panel } from '#adapters/elasticsearch';

/** What Lens asks Elasticsearch for to draw a panel, and reads from the answer. */

type Query = Readonly<Record<string, unknown>>;
type Aggregations = Readonly<Record<string, object>>;

interface Answer {
  readonly doc_count?: number;
  readonly value?: number | null;
  readonly buckets?: readonly Bucket[];
  /** Within a filter. */
  readonly metric?: Answer;
}

export type Bucket = Readonly<Record<string, Answer>> & {
  readonly key?: string | number;
  readonly doc_count: number;
};

export const toSearch = (panel: Panel): { size: 0; query: object; aggs: Aggregations } => {
  const metrics = Object.values(panel.metrics);
  const rank = rankingMetric(panel);
  const order = rank === null ? { _key: 'asc' } : { [rankedBy(metrics[rank]!, `metric${rank}`)]: 'desc' };
  const nested = (panel.by ?? [])
    .toReversed()
    .reduce<Aggregations>(
      (aggs, breakdown) => ({ by: { ...bucketsOf(breakdown, order), aggs } }),
      Object.assign({}, ...metrics.map((metric, i) => aggregationsOf(`metric${i}`, metric))) as Aggregations,
    );
  return { size: 0, query: toQuery(panel.where), aggs: nested };
};

/** A panel's metrics in a bucket, or in the whole answer, in their order. */
export const valuesIn = (panel: Panel, bucket: Bucket): (number | null)[] =>
  Object.values(panel.metrics).map((metric, i) => {
    const id = `metric${i}`;
    switch (metric.kind) {
      case 'count':
        return metric.where ? bucket[id]!.doc_count! : bucket.doc_count;
      case 'share': {
        const whole = bucket[`${id}X1`]!.doc_count!;
        return whole === 0 ? null : bucket[`${id}X0`]!.doc_count! / whole;
      }
      default:
        return (metric.where ? bucket[id]!.metric : bucket[id])!.value!;
    }
  });

function aggregationsOf(id: string, metric: Metric): Aggregations {
  switch (metric.kind) {
    case 'count':
      return metric.where ? { [id]: { filter: toQuery(metric.where) } } : {};
    case 'share':
      return { [`${id}X0`]: { filter: toQuery(metric.of) }, [`${id}X1`]: { filter: toQuery(metric.among) } };
    default: {
      const { field, where } = metric;
      const aggregation = { [AGGREGATION[metric.kind]]: { field } };
      return { [id]: where ? { filter: toQuery(where), aggs: { metric: aggregation } } : aggregation };
    }
  }
}

const AGGREGATION = { unique: 'cardinality', highest: 'max', average: 'avg' } as const;

const bucketsOf = (breakdown: Breakdown, order: object): object =>
  breakdown.kind === 'time'
    ? { date_histogram: { field: '@timestamp', fixed_interval: '1h' } }
    : { terms: { field: breakdown.field, size: breakdown.size, order } };

const rankedBy = (metric: Metric, id: string): string => {
  const filtered = metric.kind !== 'share' && metric.where !== undefined;
  if (metric.kind === 'count') return filtered ? id : '_count';
  return filtered ? `${id}>metric` : id;
};

const toQuery = (filter: Filter = {}): Query => ({
  bool: {
    filter: Object.entries(filter).map(([field, value]) =>
      typeof value === 'object' && 'atLeast' in value
        ? { range: { [field]: { gte: value.atLeast } } }
        : { terms: { [field]: [value].flat() } },
    ),
  },
});
