import pg from 'pg';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ElasticsearchPeer } from './elasticsearch-peer.js';
import { startElasticsearch, type Found } from './elasticsearch-server.js';

export interface TestElasticsearch {
  readonly url: string;
  /** Which one this is, for the names of tests. */
  readonly name: string;
  /** For the caller alone, and without auth logs, until it stops. For `beforeAll`: a spec of which no test runs gives nothing back. */
  take(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A real Elasticsearch: the one at `ELASTICSEARCH_TEST_URL` or `ELASTICSEARCH_URL`, without credentials; else one of our
 * own, which the first spec to need it starts for the whole run. Where there can be none, says why.
 */
export async function realElasticsearch(): Promise<TestElasticsearch | { readonly missing: string }> {
  const given = process.env['ELASTICSEARCH_TEST_URL'] ?? process.env['ELASTICSEARCH_URL'];
  const found: Found = given ? { url: given, name: `the Elasticsearch at ${given}` } : await ours();
  if ('missing' in found) return found;
  let turn: pg.Client | null = null;
  return {
    ...found,
    async take() {
      turn = await ownTurn();
      await empty(found.url);
    },
    stop: async () => turn?.end(),
  };
}

/** The real one where there is one, else a peer that checks what it checks. */
export async function elasticsearchForTests(): Promise<TestElasticsearch> {
  const real = await realElasticsearch();
  if (!('missing' in real)) return real;
  const peer = await ElasticsearchPeer.start();
  return {
    url: peer.url,
    name: `a peer, because ${real.missing}`,
    take: () => Promise.resolve(),
    stop: () => peer.stop(),
  };
}

/** Held by the connection, so that a spec that dies gives it up. */
async function ownTurn(): Promise<pg.Client> {
  const turn = new pg.Client(process.env['GATEHOUSE_TEST_POSTGRES']);
  await turn.connect();
  await turn.query(`SELECT pg_advisory_lock(hashtext('elasticsearch'))`);
  return turn;
}

async function ours(): Promise<Found> {
  const folder = process.env['GATEHOUSE_TEST_ELASTICSEARCH']!;
  const turn = await ownTurn();
  try {
    const known = await readFile(join(folder, 'found.json'), 'utf8').catch(() => null);
    return known === null ? await startElasticsearch(folder) : (JSON.parse(known) as Found);
  } finally {
    await turn.end();
  }
}

/** Left where tests were before, which may empty it again. */
const MARK = 'gatehouse-tests';

/** By their names: a server may refuse to delete by a wildcard. */
async function empty(url: string): Promise<void> {
  const listed = await fetch(`${url}/_cat/indices/auth-logs-*,${MARK}*?format=json&h=index`);
  const names = ((await listed.json()) as { index: string }[]).map(({ index }) => index);
  const indices = names.filter((name) => name !== MARK);
  if (indices.length > 0 && indices.length === names.length) {
    throw new Error(`The Elasticsearch at ${url} has auth logs that are not from tests`);
  }
  if (indices.length === names.length) await fetch(`${url}/${MARK}`, { method: 'PUT' });
  if (indices.length > 0) await fetch(`${url}/${indices.join(',')}`, { method: 'DELETE' });
  for (const path of ['_index_template/auth-logs', '_ingest/pipeline/auth-logs', '_ilm/policy/auth-logs']) {
    await fetch(`${url}/${path}`, { method: 'DELETE' });
  }
}
