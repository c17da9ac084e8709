import { readFileSync } from 'node:fs';
import type { Client } from '@elastic/elasticsearch';
import type { Secret } from '#domain/kernel';

export interface ElasticsearchOptions {
  /** May hold a name and a password. */
  readonly url: Secret;
  readonly apiKey?: Secret | undefined;
  /** PEM, of the authority that signed the server's certificate. */
  readonly caFile?: string | undefined;
}

/** Milliseconds after which a request without an answer is given up. */
const REQUEST_TIMEOUT = 30_000;
/** Bytes, ten times what a write of which every document is refused is answered with; all of it is held in memory. */
const MAX_ANSWER = 32 * 1_024 * 1_024;

/** The client takes a tenth of a second and many megabytes to load: nobody does who has no Elasticsearch. */
export async function connectElasticsearch(
  { url, apiKey, caFile }: ElasticsearchOptions,
  requestTimeout = REQUEST_TIMEOUT,
): Promise<Client> {
  const { Client } = await import('@elastic/elasticsearch');
  return new Client({
    node: url.expose(),
    ...(apiKey && { auth: { apiKey: apiKey.expose() } }),
    ...(caFile !== undefined && { tls: { ca: readFileSync(caFile) } }),
    // Compressing a document takes longer than making it.
    compression: false,
    requestTimeout,
    maxResponseSize: MAX_ANSWER,
    // Whoever asks knows better when to ask again.
    maxRetries: 0,
    // They would say which Node on which system this is.
    enableMetaHeader: false,
    headers: { 'user-agent': 'gatehouse' },
  });
}
