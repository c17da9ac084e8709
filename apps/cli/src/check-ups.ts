import { openAddressLists } from '#adapters/address-reputation';
import { connectElasticsearch, isSetUp, setbackOf } from '#adapters/elasticsearch';
import { openGeoReader } from '#adapters/geo';
import { seconds, type Secret } from '#domain/kernel';
import { outboundClient } from '../../api/src/composition/outbound-client.js';
import type { Config } from '../../api/src/config/index.js';
import { explain } from '../../api/src/explain.js';
import { withMigrator } from './database.js';

export interface Finding {
  readonly of: string;
  readonly says: string;
  /** Gatehouse serves without what a warning is about; without the rest it does not start. */
  readonly verdict: 'well' | 'warning' | 'failed';
}

const TIMEOUT = seconds(3);

/** Looks at what the configuration points to, all at once, and leaves nothing behind anywhere. */
export function checkUps({
  database,
  dataDir,
  risk: { geoDatabase, addressLists },
  elasticsearch,
  alerts: { webhookUrl },
  tracing: { endpoint, headers },
}: Config): Promise<readonly Finding[]> {
  return Promise.all([
    finding('database', 'failed', database.url ? checkSchema(database.url) : embedded(dataDir)),
    ...(geoDatabase === 'off' ? [] : [finding('geo database', 'failed', checkGeoDatabase(geoDatabase))]),
    ...(addressLists.length === 0 ? [] : [finding('address lists', 'failed', checkLists(addressLists))]),
    ...(elasticsearch.url
      ? [finding('elasticsearch', 'warning', checkAuthLogs({ ...elasticsearch, url: elasticsearch.url }))]
      : []),
    ...(webhookUrl ? [finding('alert webhook', 'warning', checkWebhook(webhookUrl))] : []),
    ...(endpoint === undefined ? [] : [finding('traces', 'warning', checkTraces(endpoint, headers))]),
  ]);
}

const finding = (of: string, otherwise: 'warning' | 'failed', check: Promise<string>): Promise<Finding> =>
  check.then(
    (says) => ({ of, says, verdict: 'well' }),
    (error: unknown) => ({ of, says: (error as Error).message, verdict: otherwise }),
  );

const embedded = (dataDir: string): Promise<string> =>
  Promise.resolve(`embedded, in ${dataDir}; started by "gatehouse start"`);

async function checkSchema(url: Secret): Promise<string> {
  const migrations = await withMigrator(url, (migrator) => migrator.status()).catch((error: unknown) => {
    throw new Error(explain(error));
  });
  const pending = migrations.filter(({ applied }) => !applied).length;
  if (pending > 0) throw new Error(`reachable, ${pending} migrations pending`);
  return 'reachable, up to date';
}

async function checkGeoDatabase(database: string): Promise<string> {
  await openGeoReader(database);
  return 'usable';
}

async function checkLists(files: readonly string[]): Promise<string> {
  const remarks: string[] = [];
  const lists = await openAddressLists({ files, warn: (message) => remarks.push(message) });
  lists.onModuleDestroy();
  return ['usable', ...remarks].join('; ');
}

async function checkAuthLogs(options: Parameters<typeof connectElasticsearch>[0]): Promise<string> {
  const client = await connectElasticsearch(options, TIMEOUT);
  try {
    const isReady = await isSetUp(client, AbortSignal.timeout(TIMEOUT));
    return isReady ? 'reachable, set up' : 'reachable, not set up yet: the worker does that as it begins';
  } catch (error) {
    throw new Error(setbackOf(error).reason, { cause: error });
  } finally {
    await client.close();
  }
}

/** Posts nothing: there may be somebody at the other end to be woken up. */
async function checkWebhook(url: Secret): Promise<string> {
  const send = await outboundClient(url.expose());
  const { status } = await send({ method: 'GET', url: url.expose(), timeout: TIMEOUT });
  return `reachable, answers ${status} to GET`;
}

/** By an export of no spans, which has no bytes, and shows whether the credentials are good, too. */
async function checkTraces(endpoint: string, headers: Config['tracing']['headers']): Promise<string> {
  const send = await outboundClient(endpoint);
  const { status } = await send({
    method: 'POST',
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    headers: { ...headers?.expose(), 'content-type': 'application/x-protobuf' },
    body: '',
    timeout: TIMEOUT,
  });
  if (status < 200 || status > 299) throw new Error(`answers ${status} to an export`);
  return 'reachable, takes exports';
}
