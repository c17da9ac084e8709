import type { Secret } from '#domain/kernel';
import type { ElasticsearchOptions } from '../elasticsearch-client.js';
import type { SetupStep } from '../elasticsearch-setup.js';
import { DASHBOARDS } from './dashboards.js';
import { SEARCHES } from './searches.js';
import { TAG, toNdjson, toSavedObjects, type SavedObject } from './saved-objects.js';

export interface KibanaOptions {
  /** Where Kibana is; with `/s/<space>` at its end, in that space. May hold a name and a password. */
  readonly url: Secret;
  /** Whose credentials are used where the address brings none: both know the same accounts. */
  readonly elasticsearch: Pick<ElasticsearchOptions, 'url' | 'apiKey'>;
}

/** What is wrong with Kibana, in words for whoever runs the setup. */
class KibanaError extends Error {
  override readonly name = 'KibanaError';
}

const TIMEOUT_MS = 60_000;

/** Installs dashboards and searches, unless this very revision of them is there. */
export async function setUpKibana(
  options: KibanaOptions,
  objects: readonly SavedObject[] = toSavedObjects(DASHBOARDS, SEARCHES),
): Promise<SetupStep> {
  const name = 'Kibana dashboards';
  const kibana = new Kibana(options);
  const there = await kibana.find(objects);
  if (there !== null && revisionOf(there) === revisionOf(objects)) return { name, outcome: 'unchanged' };
  await kibana.import(objects);
  return { name, outcome: there === null ? 'created' : 'updated' };
}

/** The tag says it; Kibana rewrites the rest as its own version has it. */
const revisionOf = (objects: readonly SavedObject[]): unknown =>
  objects.find(({ type, id }) => type === TAG.type && id === TAG.id)?.attributes['description'];

/** The saved objects API. */
class Kibana {
  readonly #api: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ url, elasticsearch: { url: elasticsearch, apiKey } }: KibanaOptions) {
    const { origin, pathname, ...own } = parts(url);
    const authorization = own.basic ?? (apiKey ? `ApiKey ${apiKey.expose()}` : parts(elasticsearch).basic);
    this.#api = `${origin}${pathname.replace(/\/$/, '')}/api/saved_objects`;
    // Kibana takes no change without `kbn-xsrf`, which a form on somebody's page cannot send.
    this.#headers = { 'kbn-xsrf': 'gatehouse', ...(authorization !== undefined && { authorization }) };
  }

  /** What is there of them; null unless all are. */
  async find(objects: readonly SavedObject[]): Promise<SavedObject[] | null> {
    const asked = objects.map(({ type, id }) => ({ type, id }));
    const response = await this.#post(
      '_export',
      JSON.stringify({ objects: asked, excludeExportDetails: true }),
      { 'content-type': 'application/json' },
    );
    const answer = await response.text();
    if (response.ok) {
      const lines = answer.split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as SavedObject);
    }
    if (response.status === 400 && onlyMissing(answer)) return null;
    throw refusal(response.status, answer);
  }

  async import(objects: readonly SavedObject[]): Promise<void> {
    const form = new FormData();
    // Kibana looks at the extension of the name.
    form.set('file', new Blob([toNdjson(objects)], { type: 'application/ndjson' }), 'gatehouse.ndjson');
    const response = await this.#post('_import?overwrite=true', form);
    const answer = await response.text();
    if (!response.ok) throw refusal(response.status, answer);
    const { success, errors = [] } = JSON.parse(answer) as ImportAnswer;
    if (success) return;
    const reasons = errors.map(({ type, id, error }) => `${type} ${id}: ${error.message ?? error.type}`);
    throw new KibanaError(`Kibana did not take all saved objects: ${reasons.join('; ')}`);
  }

  async #post(path: string, body: string | FormData, headers?: Record<string, string>): Promise<Response> {
    try {
      return await fetch(`${this.#api}/${path}`, {
        method: 'POST',
        headers: { ...this.#headers, ...headers },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (cause) {
      const { message, cause: reason } = cause as Error & { readonly cause?: Partial<Error> };
      throw new KibanaError(`Kibana cannot be reached at ${this.#api}: ${reason?.message ?? message}`, {
        cause,
      });
    }
  }
}

/** An address without what is secret in it, and that as a header. */
function parts(url: Secret): Pick<URL, 'origin' | 'pathname'> & { readonly basic: string | undefined } {
  const { origin, pathname, username, password } = new URL(url.expose());
  const credentials = Buffer.from(decodeURIComponent(`${username}:${password}`)).toString('base64');
  return { origin, pathname, basic: username === '' ? undefined : `Basic ${credentials}` };
}

/** An export of something that is not there is refused as a whole; so is one of what may not be read. */
function onlyMissing(answer: string): boolean {
  const { attributes } = JSON.parse(answer) as ExportRefusal;
  const objects = attributes?.objects ?? [];
  return objects.length > 0 && objects.every(({ error }) => error?.statusCode === 404);
}

const refusal = (status: number, answer: string): KibanaError =>
  new KibanaError(`Kibana answered ${[status, MEANING[status]].join(', ')}: ${answer.slice(0, 500)}`);

const MEANING: Readonly<Record<number, string>> = {
  400: 'it cannot do that',
  401: 'it does not know these credentials: set them in KIBANA_URL or ELASTICSEARCH_URL',
  403: 'this account may not manage saved objects: it needs the privilege "Saved Objects Management: All"',
  404: 'so this is not Kibana, or the space in KIBANA_URL does not exist',
  503: 'it is not ready yet; try again in a minute',
};

interface ImportAnswer {
  readonly success: boolean;
  readonly errors?: readonly {
    readonly type: string;
    readonly id: string;
    readonly error: { readonly type: string; readonly message?: string };
  }[];
}

interface ExportRefusal {
  readonly attributes?: {
    readonly objects?: readonly { readonly error?: { readonly statusCode?: number } }[];
  };
}
