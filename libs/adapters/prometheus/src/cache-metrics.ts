import { Counter, Gauge, type Registry } from 'prom-client';

export type CacheName = 'sessions' | 'access-tokens';

/** Counted by the cache itself, because anything more would cost the hot path more than the count is worth. */
export interface CacheStatistics {
  readonly hits: number;
  readonly misses: number;
  readonly entries: number;
}

/** The caches that a request without a round trip rests on. */
export class CacheMetrics {
  readonly #caches = new Map<CacheName, CacheStatistics>();

  constructor(registry: Registry) {
    const caches = this.#caches;
    new Counter({
      name: 'gatehouse_cache_requests_total',
      help: 'Answers looked for in a near cache, and whether they were there.',
      labelNames: ['cache', 'result'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [cache, { hits, misses }] of caches) {
          this.inc({ cache, result: 'hit' }, hits);
          this.inc({ cache, result: 'miss' }, misses);
        }
      },
    });
    new Gauge({
      name: 'gatehouse_cache_entries',
      help: 'Entries that a near cache holds; at its bound, the least recently used one gives way.',
      labelNames: ['cache'],
      registers: [registry],
      collect() {
        for (const [cache, { entries }] of caches) this.set({ cache }, entries);
      },
    });
  }

  watch(name: CacheName, cache: CacheStatistics): void {
    this.#caches.set(name, cache);
  }
}
