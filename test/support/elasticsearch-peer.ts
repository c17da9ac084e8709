import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIP, type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';

type Json = Readonly<Record<string, unknown>>;

/** What happens to one bulk request. */
export type BulkStep =
  /** Never answered. */
  | 'hang'
  /** Answered by a byte now and then, for ever. */
  | 'trickle'
  /** Cut before anything is taken, or after everything was, in the middle of the answer. */
  | 'drop'
  | 'cut'
  | { readonly status: number; readonly headers?: Record<string, string>; readonly page?: string }
  /** Documents from this one on fare thus, those before it as they would. */
  | { readonly from: number; readonly status: number; readonly type: string };

export interface PeerOptions {
  /** As the minimal distribution, which has neither lifecycles nor processors. */
  readonly minimal?: boolean;
  /** For whom the templates and what belongs to them are closed. */
  readonly readOnlySetup?: boolean;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
}

/**
 * A real HTTP server on loopback that stands in for Elasticsearch: what that checks of headers, framing, `create` and
 * the types of the mapping, this checks, with the same answers. A contract suite holds the two together.
 */
export class ElasticsearchPeer {
  readonly indices = new Map<string, Map<string, Json>>();
  readonly #installed = new Map<string, Json>();
  /** Method and path of every request. */
  readonly requests: string[] = [];
  readonly #steps: BulkStep[] = [];
  /** For every bulk request while set. */
  always: BulkStep | null = null;
  /** Bulk requests that were taken, with how many documents each had. */
  readonly bulks: number[] = [];
  readonly #server: Server;
  #port = 0;

  private constructor(private readonly options: PeerOptions) {
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(options: PeerOptions = {}): Promise<ElasticsearchPeer> {
    const peer = new ElasticsearchPeer(options);
    await peer.listen();
    return peer;
  }

  /** On the same port as before, after `stop`. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
    // A spec of which no test runs does not stop it.
    this.#server.unref();
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get documents(): readonly Json[] {
    return [...this.indices.values()].flatMap((index) => [...index.values()]);
  }

  /** Plays these for the next bulk requests, one each. */
  script(...steps: readonly BulkStep[]): void {
    this.#steps.push(...steps);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = request;
    const path = decodeURIComponent((request.url ?? '').split('?')[0]!);
    this.requests.push(`${method} ${path}`);
    const raw = headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
    const text = await buffer(raw).then(String, () => null);
    if (text === null) return;
    const isBulk = path === '/_bulk';
    const step = isBulk ? (this.#steps.shift() ?? this.always) : null;
    if (step === 'hang') return;
    if (step === 'drop') return void request.socket.destroy();
    if (step === 'trickle') return trickle(response);
    const { status, body, headers: more } = this.#answer(method, path, headers, text, step);
    const answer = method === 'HEAD' ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { ...HEADERS, ...more });
    if (step !== 'cut') return void response.end(answer);
    response.write(answer.slice(0, answer.length / 2), () => request.socket.destroy());
  }

  #answer(
    method: string,
    path: string,
    headers: IncomingMessage['headers'],
    text: string,
    step: Exclude<BulkStep, 'hang' | 'trickle' | 'drop'> | null,
  ): Answer {
    if (step !== null && step !== 'cut' && !('from' in step)) {
      if (step.page !== undefined) {
        return { status: step.status, body: step.page, headers: { 'content-type': 'text/html' } };
      }
      return {
        ...problem(step.status, 'es_rejected_execution_exception', 'scripted'),
        ...(step.headers && { headers: step.headers }),
      };
    }
    if (path === '/_bulk') return this.#bulk(headers, text, step === 'cut' ? null : step);
    if (/^\/(_ilm\/policy|_ingest\/pipeline|_index_template)\/auth-logs$/.test(path)) {
      return this.#setup(method, path, text);
    }
    const [, pattern = '', verb] = /^\/([\w.,*-]+)(?:\/(_count|_search|_refresh))?$/.exec(path) ?? [];
    const names = pattern.split(',').flatMap((part) => this.#named(part));
    const documents = names.flatMap((name) =>
      [...this.indices.get(name)!].map(([_id, _source]) => ({ _index: name, _id, _source })),
    );
    switch (verb) {
      case '_count':
        return { status: 200, body: { count: documents.length } };
      case '_search':
        return { status: 200, body: { hits: { hits: documents } } };
      case '_refresh':
        return { status: 200, body: {} };
      default:
        if (method !== 'DELETE') return problem(400, 'illegal_argument_exception', `no handler for ${path}`);
        for (const name of names) this.indices.delete(name);
        return { status: 200, body: { acknowledged: true } };
    }
  }

  #named(pattern: string): readonly string[] {
    const regex = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`);
    return [...this.indices.keys()].filter((name) => regex.test(name));
  }

  #setup(method: string, path: string, text: string): Answer {
    if (this.options.readOnlySetup) {
      return problem(403, 'security_exception', `action is unauthorized: ${method} ${path}`);
    }
    const [, kind = ''] = /^\/([^/]+)\//.exec(path) ?? [];
    if (kind === '_ilm' && this.options.minimal) {
      return { status: 400, body: { error: `no handler found for uri [${path}] and method [${method}]` } };
    }
    if (method === 'PUT') {
      if (kind === '_ingest' && this.options.minimal) {
        return problem(400, 'parse_exception', 'No processor type exists with name [user_agent]');
      }
      this.#installed.set(path, JSON.parse(text) as Json);
      return { status: 200, body: { acknowledged: true } };
    }
    const installed = this.#installed.get(path);
    if (!installed) return { status: 404, body: {} };
    if (method === 'DELETE') {
      this.#installed.delete(path);
      return { status: 200, body: { acknowledged: true } };
    }
    if (kind === '_ilm') return { status: 200, body: { 'auth-logs': { version: 1, ...installed } } };
    if (kind === '_ingest') return { status: 200, body: { 'auth-logs': installed } };
    const template = { name: 'auth-logs', index_template: { ...installed, composed_of: [] } };
    return { status: 200, body: { index_templates: [template] } };
  }

  #bulk(headers: IncomingMessage['headers'], text: string, step: Extract<BulkStep, object> | null): Answer {
    const type = headers['content-type'] ?? '';
    const [, version] = /^application\/vnd\.elasticsearch\+x-ndjson; *compatible-with=(\d)$/.exec(type) ?? [];
    const [, accepted] =
      /^application\/vnd\.elasticsearch\+json; *compatible-with=(\d)/.exec(headers.accept ?? '') ?? [];
    if (type !== 'application/x-ndjson' && version === undefined) {
      return problem(406, 'media_type_header_exception', `Content-Type header [${type}] is not supported`);
    }
    if (version !== accepted || !['7', '8', undefined].includes(version)) {
      return problem(400, 'media_type_header_exception', `A compatible version is required on both headers`);
    }
    if (!text.endsWith('\n')) {
      return problem(
        400,
        'illegal_argument_exception',
        'The bulk request must be terminated by a newline [\\n]',
      );
    }
    const lines = text.slice(0, -1).split('\n');
    const items: object[] = [];
    for (let line = 0; line < lines.length; line += 2) {
      const action = JSON.parse(lines[line]!) as { create?: { _index: string; _id: string } };
      if (!action.create || lines[line + 1] === undefined) {
        return problem(400, 'illegal_argument_exception', `Malformed action/metadata line [${line + 1}]`);
      }
      const scripted = step && 'from' in step && line / 2 >= step.from ? step : null;
      items.push({
        create: scripted
          ? { status: scripted.status, error: { type: scripted.type, reason: 'scripted' } }
          : this.#create(action.create, JSON.parse(lines[line + 1]!) as Json),
      });
    }
    this.bulks.push(items.length);
    return { status: 200, body: { items } };
  }

  #create({ _index, _id }: { readonly _index: string; readonly _id: string }, document: Json): object {
    const index = this.indices.get(_index) ?? new Map<string, Json>();
    this.indices.set(_index, index);
    if (index.has(_id)) {
      const reason = `[${_id}]: version conflict, document already exists (current version [1])`;
      return { status: 409, error: { type: 'version_conflict_engine_exception', reason } };
    }
    const template = this.#installed.get('/_index_template/auth-logs') as Template | undefined;
    const misfit = template && misfitIn(document, template.template.mappings, '');
    if (misfit) {
      const reason = `[1:1] failed to parse field [${misfit.field}] of type [${misfit.type}] in document with id '${_id}'`;
      return { status: 400, error: { type: 'document_parsing_exception', reason } };
    }
    index.set(_id, document);
    return { status: 201 };
  }
}

const HEADERS = {
  'x-elastic-product': 'Elasticsearch',
  'content-type': 'application/vnd.elasticsearch+json;compatible-with=8',
};

function trickle(response: ServerResponse): void {
  response.writeHead(200, HEADERS);
  const timer = setInterval(() => response.write(' '), 10);
  response.once('close', () => clearInterval(timer));
}

interface Mapping {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Mapping>>;
}

interface Template extends Json {
  readonly template: { readonly mappings: Mapping };
}

interface Misfit {
  readonly field: string;
  readonly type: string;
}

/** The first value that the mapping has no place for. */
function misfitIn(value: unknown, mapping: Mapping, field: string): Misfit | null {
  const { type = 'object', properties } = mapping;
  if (value === null) return null;
  if (Array.isArray(value)) {
    return value.map((item) => misfitIn(item, mapping, field)).find(Boolean) ?? null;
  }
  if (!fits(value as object, type)) return { field, type };
  if (type !== 'object') return null;
  for (const [name, inner] of Object.entries(value as object)) {
    const known = properties?.[name];
    const found = known && misfitIn(inner, known, field === '' ? name : `${field}.${name}`);
    if (found) return found;
  }
  return null;
}

function fits(value: string | number | boolean | object, type: string): boolean {
  if (type === 'object') return typeof value === 'object';
  if (typeof value === 'object') return false;
  const text = String(value);
  switch (type) {
    case 'date':
      return !Number.isNaN(Date.parse(text));
    case 'ip':
      return isIP(text) !== 0;
    case 'integer':
    case 'long':
    case 'float':
      return text.trim() !== '' && Number.isFinite(Number(text));
    default:
      return true;
  }
}

const problem = (status: number, type: string, reason: string): Answer => ({
  status,
  body: { error: { root_cause: [{ type, reason }], type, reason }, status },
});
