import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Client } from '@elastic/elasticsearch';
import { connectElasticsearch, DASHBOARDS, ElasticsearchAuthLogs, type Panel } from '#adapters/elasticsearch';
import type { TrailRow } from '#domain/audit';
import { aTrailRow } from '#domain/audit/testing';
import { days, Secret } from '#domain/kernel';
import { newId } from '#domain/kernel/testing';
import { realElasticsearch } from '../../support/elasticsearch.js';
import { toSearch, valuesIn, type Bucket } from './panel-aggregation.js';

const server = await realElasticsearch();
const panels = DASHBOARDS.flatMap(({ title, rows }) =>
  rows.flat().map((panel) => [`${title.replace('Gatehouse: ', '')}, ${panel.title}`, panel] as const),
);
const panelOf = (name: string): Panel => panels.find(([known]) => known === name)![1];

/** One day for what is counted below, and one on which everything happened that any panel looks for. */
const [DAY, FULL_DAY] = ['2026-01-15', '2026-01-16'];

type Facts = Partial<Omit<TrailRow, 'metadata'>> & { readonly metadata?: object };
const rowsOn = (day: string, facts: readonly Facts[], hours: number): TrailRow[] =>
  facts.map(({ metadata, ...row }, i) =>
    aTrailRow({
      position: i + 1,
      occurredAt: `${day}T${String(i % hours).padStart(2, '0')}:00:00.123456`,
      sessionId: null,
      metadata: metadata ? JSON.stringify(metadata) : null,
      traceId: null,
      ...row,
    }),
  );
const times = (n: number, facts: Facts): Facts[] => Array<Facts>(n).fill(facts);

const code = (action: string, callingCode: string | null, more: Facts = {}): Facts => ({
  action,
  result: action === 'otp.rejected' ? 'failure' : 'success',
  userId: null,
  metadata: callingCode === null ? { kind: 'email' } : { kind: 'phone', callingCode },
  ...more,
});
const [ada, bob] = [newId(), newId()];
const attacker = '198.51.100.9/32';
const rejected = (userId: string, address = attacker): Facts => ({
  action: 'password.rejected',
  result: 'failure',
  reason: 'invalid-credentials',
  userId,
  address,
});
const signedIn = (userId: string, metadata: object): Facts => ({
  action: 'session.opened',
  userId,
  actorId: userId,
  metadata,
});

const FACTS: readonly Facts[] = [
  ...times(4, code('otp.requested', '+49')),
  ...times(3, code('otp.verified', '+49')),
  code('otp.rejected', '+49', { reason: 'otp-expired' }),
  ...times(10, code('otp.requested', '+371')),
  code('otp.verified', '+371'),
  ...times(2, code('otp.requested', null)),
  code('otp.verified', null),
  ...times(3, rejected(ada)),
  ...times(2, rejected(bob)),
  rejected(ada, '203.0.113.7/32'),
  signedIn(ada, { method: 'otp', risk: 10, riskReasons: [], country: 'DE' }),
  signedIn(bob, {
    method: 'pwd',
    risk: 85,
    riskReasons: ['new-country', 'impossible-travel'],
    country: 'BR',
  }),
];

/** Every action that is looked for, however deep. */
const actionsIn = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, inner]) =>
        name === 'action' ? ([inner].flat() as string[]) : actionsIn(inner),
      );

/** For each of them a success and a failure, with everything that a panel may group by. */
const everything = (): Facts[] => {
  const metadata = {
    kind: 'phone',
    callingCode: '+49',
    method: 'otp',
    country: 'DE',
    risk: 90,
    riskReasons: ['velocity'],
  };
  const facts = { reason: 'otp-expired', actorId: ada, userId: ada, metadata };
  return [...new Set(actionsIn(panels))].flatMap((action) => [
    { ...facts, action, result: 'success' },
    { ...facts, action, result: 'failure' },
  ]);
};

if ('missing' in server) {
  it(`The panels are asked of no real Elasticsearch, because ${server.missing}`, () => {
    expect(panels.map(([, panel]) => toSearch(panel))).toHaveLength(panels.length);
  });
} else {
  describe(`The panels, asked of ${server.name}`, () => {
    let client: Client;

    beforeAll(async () => {
      await server.take();
      const connect = () => connectElasticsearch({ url: new Secret(server.url) });
      client = await connect();
      const logs = new ElasticsearchAuthLogs(await connect(), { retention: days(90), warn: () => undefined });
      const rows = [...rowsOn(DAY, FACTS, 24), ...rowsOn(FULL_DAY, everything(), 1)];
      const written = await logs.write(rows, new AbortController().signal);
      expect(written).toEqual({ settled: rows.length, rejections: [], setback: null });
      await client.indices.refresh({ index: 'auth-logs-*' });
      await logs.close();
    }, 300_000);
    afterAll(async () => {
      await client.indices.delete({ index: [DAY, FULL_DAY].map(indexOn) });
      await client.close();
      await server.stop();
    });

    const indexOn = (day: string): string => `auth-logs-${day.replaceAll('-', '.')}`;
    /** What stands in the panel: the whole answer for a number, else a bucket for each line, bar or row. */
    const ask = async (panel: Panel, day = DAY): Promise<{ all: Bucket; buckets: readonly Bucket[] }> => {
      const { aggregations, hits, _shards } = await client.search({
        index: indexOn(day),
        track_total_hits: true,
        ...toSearch(panel),
      });
      expect(_shards.failed).toBe(0);
      const { value } = hits.total as { value: number };
      const all = { ...aggregations, doc_count: value } as unknown as Bucket;
      return { all, buckets: all['by']?.buckets ?? [] };
    };
    /** Its lines, bars or rows, by what they are of. */
    const table = async (name: string): Promise<Readonly<Record<string, unknown>>> => {
      const panel = panelOf(name);
      const { buckets } = await ask(panel);
      return Object.fromEntries(buckets.map((bucket) => [String(bucket.key), valuesIn(panel, bucket)]));
    };
    const number = async (name: string): Promise<unknown> =>
      valuesIn(panelOf(name), (await ask(panelOf(name))).all)[0];

    it.each(panels)('%s: shows something on a day on which everything happened', async (_name, panel) => {
      const { all, buckets } = await ask(panel, FULL_DAY);
      const shown = panel.by ? innermost(buckets) : [all];
      expect(shown.length).toBeGreaterThan(0);
      const values = shown.map((bucket) => valuesIn(panel, bucket));
      Object.keys(panel.metrics).forEach((_, i) =>
        expect(values.some((row) => (row[i] ?? 0) > 0)).toBe(true),
      );
    });

    it('tell the conversion of codes, in all and by calling code, the busiest first', async () => {
      expect(await number('one-time codes, Sent')).toBe(16);
      expect(await number('one-time codes, Expired')).toBe(1);
      expect(await number('one-time codes, Conversion')).toBe(5 / 16);
      const conversion = await table('one-time codes, Conversion by calling code');
      expect(Object.entries(conversion)).toEqual([
        ['+371', [10, 1, 0, 0.1]],
        ['+49', [4, 3, 1, 0.75]],
      ]);
    });

    it('tell the address that tries many accounts from the one that mistyped', async () => {
      expect(Object.entries(await table('authentication attempts, Addresses that fail most'))).toEqual([
        // Rejected, let in, accounts: the codes of nobody in particular are from the second, too.
        ['198.51.100.9', [5, 0, 2]],
        ['203.0.113.7', [2, 2, 2]],
      ]);
      expect(await number('authentication attempts, Share rejected')).toBe(7 / 12);
      expect(await number('authentication attempts, People')).toBe(2);
    });

    it('tell the risky sign-in, and why it was', async () => {
      expect(await number('security events, Risky sign-ins')).toBe(1);
      expect(await table('security events, Accounts with risky sign-ins')).toEqual({ [bob]: [1, 85, 1, 1] });
      expect(await table('security events, What makes them risky')).toEqual({
        'impossible-travel': [1],
        'new-country': [1],
      });
    });

    it('tell how much fails', async () => {
      expect(await number('error rates, Events')).toBe(FACTS.length);
      expect(await number('error rates, Failures')).toBe(7);
      expect((await table('error rates, Failures by action'))['password.rejected']).toEqual([6, 6, 1]);
      const { buckets } = await ask(panelOf('error rates, Events by level'));
      const warnings = buckets.find(({ key }) => key === 'warn')!;
      expect(warnings['by']!.buckets!.reduce((sum, { doc_count }) => sum + doc_count, 0)).toBe(7);
    });
  });
}

const innermost = (buckets: readonly Bucket[]): readonly Bucket[] =>
  buckets.flatMap((bucket) => (bucket['by'] ? innermost(bucket['by'].buckets ?? []) : [bucket]));
