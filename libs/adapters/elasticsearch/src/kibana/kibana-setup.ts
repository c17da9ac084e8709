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
/** Of an answer that is shown. */
const MAX_TEXT = 500;

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
    const { status, text } = await this.#post(
      '_export',
      JSON.stringify({ objects: asked, excludeExportDetails: true }),
      { 'content-type': 'application/json' },
    );
    if (status === 400 && onlyMissing(text)) return null;
    if (status !== 200) throw refusal(status, text);
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => parsed<SavedObject>(line));
  }

  async import(objects: readonly SavedObject[]): Promise<void> {
    const form = new FormData();
    // Kibana looks at the extension of the name.
    form.set('file', new Blob([toNdjson(objects)], { type: 'application/ndjson' }), 'gatehouse.ndjson');
    const { status, text } = await this.#post('_import?overwrite=true', form);
    if (status !== 200) throw refusal(status, text);
    const { success, errors = [] } = parsed<ImportAnswer>(text);
    if (success) return;
    const reasons = errors.map(({ type, id, error }) => `${type} ${id}: ${error.message ?? error.type}`);
    throw new KibanaError(`Kibana did not take all saved objects: ${reasons.join('; ')}`);
  }

  async #post(path: string, body: string | FormData, headers?: Record<string, string>): Promise<Answer> {
    try {
      const response = await fetch(`${this.#api}/${path}`, {
        method: 'POST',
        headers: { ...this.#headers, ...headers },
        body,
        // Kibana's API leads nowhere else; a sign-in page does, and would have the credentials sent to it.
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      return { status: response.status, text: await response.text() };
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

/** Of what a Kibana answers with; anything else may be in front of it, or in its place. */
function parsed<T extends object>(text: string): T {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as T;
  } catch {
    // Not JSON either.
  }
  throw new KibanaError(`This is not what Kibana answers: ${text.slice(0, MAX_TEXT)}`);
}

/** An export of something that is not there is refused as a whole; so is one of what may not be read. */
function onlyMissing(answer: string): boolean {
  const { attributes } = parsed<ExportRefusal>(answer);
  const objects = attributes?.objects ?? [];
  return objects.length > 0 && objects.every(({ error }) => error?.statusCode === 404);
}

const refusal = (status: number, answer: string): KibanaError =>
  new KibanaError(`Kibana answered ${[status, meaningOf(status)].join(', ')}: ${answer.slice(0, MAX_TEXT)}`);

const meaningOf = (status: number): string | undefined =>
  status >= 300 && status < 400 ? 'so it is elsewhere, or behind a sign-in page' : MEANING[status];

const MEANING: Readonly<Record<number, string>> = {
  400: 'it cannot do that',
  401: 'it does not know these credentials: set them in KIBANA_URL or ELASTICSEARCH_URL',
  403: 'this account may not manage saved objects: it needs the privilege "Saved Objects Management: All"',
  404: 'so this is not Kibana, or the space in KIBANA_URL does not exist',
  503: 'it is not ready yet; try again in a minute',
};

interface Answer {
  readonly status: number;
  readonly text: string;
}

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
