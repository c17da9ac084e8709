import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Client } from '@elastic/elasticsearch';
import {
  AUTH_LOGS,
  connectElasticsearch,
  ElasticsearchAuthLogs,
  setUpElasticsearch,
} from '#adapters/elasticsearch';
import { aTrailRow } from '#domain/audit/testing';
import { days, Secret } from '#domain/kernel';
import { inParallel, newId } from '#domain/kernel/testing';
import { elasticsearchForTests } from '../../support/elasticsearch.js';
import { ElasticsearchPeer } from '../../support/elasticsearch-peer.js';

const peer = await ElasticsearchPeer.start();
const server = await elasticsearchForTests();
/** Milliseconds, for the specs that have it before. */
const PATIENCE = 300_000;
beforeAll(() => server.take(), PATIENCE);
afterAll(() => Promise.all([peer.stop(), server.stop()]));

const signal = new AbortController().signal;
const RETENTION = { retention: days(90) };

describe.each([
  ['the peer', peer.url],
  [server.name, server.url],
])('The auth logs in %s', (_name, url) => {
  let client: Client;
  let logs: ElasticsearchAuthLogs;
  let warnings: string[];

  beforeEach(async () => {
    warnings = [];
    client = await connectElasticsearch({ url: new Secret(url) });
    logs = new ElasticsearchAuthLogs(client, {
      ...RETENTION,
      warn: (message) => warnings.push(message),
    });
  });
  afterEach(async () => {
    const indices = new Set((await stored()).map(({ _index }) => _index));
    if (indices.size > 0) await client.indices.delete({ index: [...indices] });
    await logs.close();
  });

  const stored = async () => {
    await client.indices.refresh({ index: 'auth-logs-*' });
    return (await client.search({ index: 'auth-logs-*', size: 1_000 })).hits.hits;
  };
  const aRow = (day: string, overrides: Parameters<typeof aTrailRow>[0] = {}) =>
    aTrailRow({ traceId: null, occurredAt: `${day}T12:00:00.123456`, ...overrides });

  it('are set up once, and put right where somebody changed them', async () => {
    const outcomes = async (retention: number | null) =>
      (await setUpElasticsearch(client, { retention })).map(({ outcome }) => outcome);
    await setUpElasticsearch(client, RETENTION);
    const again = await outcomes(RETENTION.retention);
    expect(again.filter((outcome) => outcome !== 'unchanged' && outcome !== 'left out')).toEqual([]);
    expect(again.at(-1)).toBe('unchanged');

    expect(['updated', 'left out']).toContain((await outcomes(null))[0]);
    expect(['unchanged', 'left out']).toContain((await outcomes(null))[0]);
    await outcomes(RETENTION.retention);

    await client.indices.putIndexTemplate({
      name: AUTH_LOGS,
      index_patterns: ['auth-logs-*'],
      priority: 500,
    });
    expect((await outcomes(RETENTION.retention)).at(-1)).toBe('updated');
    expect((await outcomes(RETENTION.retention)).at(-1)).toBe('unchanged');
  });

  it('have the types of the template, even when nobody set it up', async () => {
    await client.transport.request(
      { method: 'DELETE', path: `/_index_template/${AUTH_LOGS}` },
      { ignore: [404] },
    );
    const row = aRow('2026-01-15', { metadata: '{"risk": "high"}' });
    const { rejections } = await logs.write([row], signal);
    expect(rejections).toMatchObject([{ row, type: 'document_parsing_exception' }]);
    expect(rejections[0]!.reason).toContain('[metadata.risk] of type [integer]');
    expect(warnings).toEqual([]);
  });

  it('have them, too, in an Elasticsearch that was replaced by an empty one since', async () => {
    await logs.write([aRow('2026-01-15')], signal);
    await client.indices.delete({ index: 'auth-logs-2026.01.15' });
    await client.transport.request({ method: 'DELETE', path: `/_index_template/${AUTH_LOGS}` });
    const { rejections } = await logs.write([aRow('2026-01-15', { address: 'nowhere' })], signal);
    expect(rejections).toMatchObject([{ type: 'document_parsing_exception' }]);
  });

  it('are in the index of their own day, under the id of their row', async () => {
    const [late, early] = [aRow('2026-01-16'), aRow('2025-12-31')];
    expect(await logs.write([late, early], signal)).toEqual({ settled: 2, rejections: [], setback: null });
    const found = (await stored()).map(({ _index, _id }) => `${_index} ${_id}`);
    expect(found.sort()).toEqual([`auth-logs-2025.12.31 ${early.id}`, `auth-logs-2026.01.16 ${late.id}`]);
  });

  it('take each row once, by however many it is written however often', async () => {
    const rows = Array.from({ length: 50 }, () => aRow('2026-01-15'));
    const outcomes = await inParallel(4, () => logs.write(rows, signal));
    outcomes.push(await logs.write([...rows, aRow('2026-01-15')], signal));
    expect(outcomes.map(({ settled, setback }) => [settled, setback])).toEqual([
      ...Array.from({ length: 4 }, () => [50, null]),
      [51, null],
    ]);
    expect(await stored()).toHaveLength(51);
  });

  it('leave out what does not fit, with the reason, and take the rest', async () => {
    const rows = [
      aRow('2026-01-15'),
      aRow('2026-01-15', { metadata: '{"risk": "high"}' }),
      aRow('2026-01-15', { occurredAt: 'infinity' }),
      aRow('2026-01-15', { address: 'nowhere' }),
      aRow('2026-01-15', { userAgent: 'x'.repeat(100_000), reason: 'y'.repeat(40_000) }),
      aRow('2026-01-15', {
        metadata: `{"word": "${'z'.repeat(40_000)}", "risk": 7, "riskReasons": ["new-device"]}`,
      }),
    ];
    const { settled, rejections, setback } = await logs.write(rows, signal);
    expect({ settled, setback }).toEqual({ settled: 6, setback: null });
    expect(rejections.map(({ row }) => row)).toEqual([rows[1], rows[2], rows[3]]);
    for (const { type, reason } of rejections) expect([type, reason]).not.toContain('');
    expect(await stored()).toHaveLength(3);
  });

  it('say who did what in the words of the issue and of ECS', async () => {
    const row = aRow('2026-01-15', {
      action: 'session.opened',
      actorId: newId(),
      traceId: '0af7651916cd43dd8448eb211c80319c',
      metadata: '{"method": "otp", "risk": 40, "riskReasons": ["new-device"], "country": "DE"}',
    });
    await logs.write([row], signal);
    const [document] = await stored();
    expect(document?._source).toMatchObject({
      timestamp: '2026-01-15T12:00:00.123456Z',
      level: 'info',
      action: 'session.opened',
      status: 'success',
      userId: row.userId,
      sessionId: row.sessionId,
      ip: '203.0.113.7',
      metadata: { method: 'otp', risk: 40, riskReasons: ['new-device'], country: 'DE' },
      event: {
        id: row.id,
        category: ['authentication', 'session'],
        type: ['start'],
        outcome: 'success',
        risk_score: 40,
      },
      source: { ip: '203.0.113.7', geo: { country_iso_code: 'DE' } },
      user: { id: row.actorId, target: { id: row.userId } },
      trace: { id: row.traceId },
      related: { user: [row.userId, row.actorId] },
    });
  });

  it('are written in requests of a few megabytes, whatever the rows are like', async () => {
    const rows = Array.from({ length: 100 }, () => aRow('2026-01-15', { userAgent: 'x'.repeat(60_000) }));
    const { settled, setback } = await logs.write(rows, signal);
    expect(setback).toBeNull();
    expect(settled).toBeGreaterThan(20);
    expect(settled).toBeLessThan(60);
  });

  const BULK = '{"create": {"_index": "auth-logs-2026.01.15", "_id": "1"}}\n{}\n';
  const VERSIONED = 'application/vnd.elasticsearch+x-ndjson; compatible-with=8';
  it.each([
    ['a body without its last newline', BULK.trimEnd(), 'application/x-ndjson', 'application/json', 400],
    ['another type of content', BULK, 'text/plain', 'application/json', 406],
    ['an answer of another version', BULK, VERSIONED, VERSIONED.replace('8', '7').replace('x-nd', ''), 400],
    ['an answer of no version', BULK, VERSIONED, 'application/json', 400],
    ['what all agree on', BULK, VERSIONED, VERSIONED.replace('x-nd', ''), 200],
  ])('are refused, or not, when somebody asks with %s', async (_what, body, type, accept, status) => {
    const headers = { 'content-type': type, accept };
    const response = await fetch(`${url}/_bulk`, { method: 'POST', headers, body });
    expect([response.status, response.headers.get('x-elastic-product')]).toEqual([status, 'Elasticsearch']);
  });
});
