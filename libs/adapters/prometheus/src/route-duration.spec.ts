import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { HttpMetrics } from './http-metrics.js';

const NAME = 'gatehouse_http_request_duration_seconds';

/** What Prometheus would store, in no particular order. */
const linesOf = async (registry: Registry): Promise<readonly string[]> =>
  (await registry.metrics())
    .split('\n')
    .filter((line) => line.startsWith(NAME))
    .map((line) => line.replace(/\{(.*)\}/, (_, labels: string) => `{${labels.split(',').sort().join()}}`))
    .sort();

describe('The duration of requests', () => {
  it("is exposed as by prom-client's own histogram, whatever was observed", async () => {
    const status = fc.constantFrom(200, 201, 302, 404, 429, 500, 503);
    const seconds = fc.oneof(
      fc.constantFrom(0, 0.005, 0.01, 0.25, 1, 10),
      fc.double({ min: 0, max: 20, noNaN: true }),
    );
    const method = fc.constantFrom('GET', 'POST');
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ method, status, seconds })), async (answers) => {
        const [ours, theirs] = [new Registry(), new Registry()];
        const http = new HttpMetrics(ours);
        const oracle = new Histogram({
          name: NAME,
          help: 'The same',
          labelNames: ['method', 'route', 'status'],
          buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
          registers: [theirs],
        });
        for (const { method, status, seconds } of answers) {
          http.route({ method, route: '/a' }).observe(status, seconds);
          oracle.observe({ method, route: '/a', status: `${Math.trunc(status / 100)}xx` }, seconds);
        }
        expect(await linesOf(ours)).toEqual(await linesOf(theirs));
      }),
    );
  });

  it('leaves out what is no status', async () => {
    const registry = new Registry();
    const route = new HttpMetrics(registry).route({ method: 'GET', route: '/a' });
    for (const status of [0, 99, 600, Number.NaN]) route.observe(status, 1);
    expect(await linesOf(registry)).toEqual([]);
  });
});
