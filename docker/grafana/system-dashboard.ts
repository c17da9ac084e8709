import type { Dashboard } from './dashboard.js';
import { per, rate } from './queries.js';

export const system: Dashboard = {
  uid: 'gatehouse-system',
  title: 'Gatehouse: system',
  description: 'Whether the service answers, how fast, and what it leans on.',
  rows: [
    {
      title: 'Now',
      panels: [
        {
          title: 'Requests',
          description: 'Answers a second, over all instances.',
          unit: 'reqps',
          stat: true,
          queries: { requests: 'sum(gatehouse:http_requests:rate5m)' },
        },
        {
          title: 'Errors',
          description: 'Share of answers of class 5xx. Normal is 0; the alert GatehouseErrors fires at 2 %.',
          unit: 'percentunit',
          stat: true,
          queries: { errors: 'gatehouse:http_errors:ratio_rate5m' },
        },
        {
          title: 'p99',
          description: 'One request in a hundred takes longer.',
          unit: 's',
          stat: true,
          queries: { p99: 'gatehouse:http_request_duration_seconds:p99_rate5m' },
        },
        {
          title: 'Instances',
          description: 'Processes that answer Prometheus.',
          unit: 'short',
          stat: true,
          queries: { up: 'sum(up{job="gatehouse"})' },
        },
        {
          title: 'Oldest due event',
          description: 'How late messages are. More than a few seconds means that no worker takes them.',
          unit: 's',
          stat: true,
          queries: { late: 'max(gatehouse_outbox_oldest_due_seconds)' },
        },
      ],
    },
    {
      title: 'HTTP',
      panels: [
        {
          title: 'Requests by route',
          description:
            'The ten busiest routes. `unmatched` is whatever is no route of ours, and usually a scanner.',
          unit: 'reqps',
          queries: { '{{route}}': `topk(10, ${per('route', 'gatehouse:http_requests:rate5m')})` },
        },
        {
          title: 'Answers by class',
          description: '4xx is what clients did wrong, 5xx what we did.',
          unit: 'reqps',
          queries: { '{{status}}': per('status', 'gatehouse:http_requests:rate5m') },
        },
      ],
    },
    {
      title: 'Latency',
      panels: [
        {
          title: 'p99 by route',
          description: 'The ten slowest routes.',
          unit: 's',
          queries: {
            '{{route}}': `topk(10, histogram_quantile(0.99, ${per('le, route', rate('gatehouse_http_request_duration_seconds_bucket'))}) >= 0)`,
          },
        },
        {
          title: 'In flight by route',
          description: 'A route whose curve climbs and stays waits for something that does not come.',
          unit: 'short',
          queries: { '{{route}}': `topk(10, ${per('route', 'gatehouse_http_requests_in_flight')})` },
        },
      ],
    },
    {
      title: 'What it leans on',
      panels: [
        {
          title: 'PostgreSQL pool',
          description: 'Callers that wait say that the pool is too small, or statements too slow.',
          unit: 'short',
          queries: {
            '{{state}}': per('state', 'gatehouse_postgres_pool_connections'),
            waiting: 'sum(gatehouse_postgres_pool_waiting)',
          },
        },
        {
          title: 'Outbox',
          description: 'Due events that pile up are messages that nobody sends.',
          unit: 'short',
          queries: { '{{state}}': 'max by (state) (gatehouse_outbox_events)' },
        },
        {
          title: 'Open circuits',
          description: '1 while a transport or Redis is left alone because it fails.',
          unit: 'short',
          queries: { '{{circuit}}': 'max by (circuit) (gatehouse_circuit_state{state="open"})' },
        },
        {
          title: 'Near caches',
          description:
            'Share of checks answered from memory. Few hits mean many users with few requests each, or too small a cache.',
          unit: 'percentunit',
          queries: { '{{cache}}': 'gatehouse:cache_hits:ratio_rate5m' },
        },
      ],
    },
    {
      title: 'Elasticsearch',
      panels: [
        {
          title: 'Behind the audit trail',
          description:
            'A second or two. While Elasticsearch is away it grows, and falls by itself afterwards.',
          unit: 's',
          queries: { 'oldest event': 'max(gatehouse_elasticsearch_lag_seconds)' },
        },
        {
          title: 'Events to ship',
          description:
            'Rejected rows wait for somebody to see to them (`gatehouse elasticsearch dead-letters`).',
          unit: 'short',
          queries: {
            'to ship': 'max(gatehouse_elasticsearch_lag_events)',
            'rejected, to be seen to': 'max(gatehouse_elasticsearch_dead_letters)',
          },
        },
        {
          title: 'Documents',
          description: 'As many as there are audit events, and many more while a backlog drains.',
          unit: 'reqps',
          queries: { '{{result}}': per('result', rate('gatehouse_elasticsearch_documents_total')) },
        },
        {
          title: 'Setbacks',
          description: 'Writes that are repeated. `refused` is for an operator to see to.',
          unit: 'reqps',
          queries: { '{{kind}}': per('kind', rate('gatehouse_elasticsearch_setbacks_total')) },
        },
      ],
    },
    {
      title: 'The process',
      panels: [
        {
          title: 'CPU',
          description: 'Cores in use by each process; the event loop has one.',
          unit: 'short',
          queries: { '{{instance}}': rate('process_cpu_seconds_total{job="gatehouse"}') },
        },
        {
          title: 'Event loop lag, p99',
          description: 'How long a callback waits for its turn.',
          unit: 's',
          queries: { '{{instance}}': 'nodejs_eventloop_lag_p99_seconds{job="gatehouse"}' },
        },
        {
          title: 'Memory',
          description: 'Resident, of each process.',
          unit: 'bytes',
          queries: { '{{instance}}': 'process_resident_memory_bytes{job="gatehouse"}' },
        },
        {
          title: 'Password hashing',
          description: 'A full queue answers 503; a long one makes people wait.',
          unit: 'short',
          queries: { '{{state}}': per('state', 'gatehouse_password_hashing_jobs') },
        },
        {
          title: 'Cache entries',
          description: 'At its bound, the least recently used entry gives way.',
          unit: 'short',
          queries: { '{{cache}}': per('cache', 'gatehouse_cache_entries') },
        },
      ],
    },
  ],
};
