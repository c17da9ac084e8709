import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

interface StoredObject {
  readonly type: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly { readonly type: string; readonly id: string; readonly name: string }[];
}

interface Scripted {
  readonly status: number;
  readonly body: unknown;
}

/**
 * A real HTTP server on loopback that takes and gives saved objects as Kibana 8.19 does: it insists on `kbn-xsrf`, on
 * credentials, on multipart with a file that ends in `.ndjson`, and on references that lead somewhere.
 */
export class KibanaPeer {
  /** Method and path of every request. */
  readonly requests: string[] = [];
  readonly authorizations: string[] = [];
  readonly stored = new Map<string, StoredObject>();
  readonly #server: Server;
  readonly #authorization: string;
  readonly #scripted: Scripted[] = [];

  private constructor(authorization: string) {
    this.#authorization = authorization;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(username: string, password: string): Promise<KibanaPeer> {
    const peer = new KibanaPeer(`Basic ${btoa(`${username}:${password}`)}`);
    await new Promise<void>((resolve) => peer.#server.listen(0, '127.0.0.1', resolve));
    return peer;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Answers the next request with this. */
  script(status: number, body: unknown): void {
    this.#scripted.push({ status, body });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    this.requests.push(`${method} ${path}`);
    this.authorizations.push(headers.authorization ?? '');
    const content = await buffer(request);
    const { status, body } = this.#scripted.shift() ?? (await this.#respond(path, headers, content));
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  }

  async #respond(path: string, headers: IncomingMessage['headers'], content: Buffer): Promise<Scripted> {
    if (headers.authorization !== this.#authorization) return refused(401, 'Unauthorized');
    if (!headers['kbn-xsrf']) return refused(400, 'Request must contain a kbn-xsrf header.');
    if (path === '/api/saved_objects/_export') return this.#export(content);
    if (path !== '/api/saved_objects/_import?overwrite=true') return refused(404, 'Not Found');
    const type = headers['content-type'] ?? '';
    if (!type.startsWith('multipart/form-data;')) return refused(415, 'Unsupported Media Type');
    const form = await new Response(new Uint8Array(content), {
      headers: { 'content-type': type },
    }).formData();
    const file = form.get('file');
    if (!(file instanceof File)) return refused(400, '[request body.file]: expected value of type [Stream]');
    if (!file.name.endsWith('.ndjson')) return refused(400, 'Invalid file extension');
    return this.#import(await file.text());
  }

  #import(ndjson: string): Scripted {
    const objects = ndjson
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as StoredObject);
    const known = new Set([...this.stored.keys(), ...objects.map(keyOf)]);
    const errors = objects
      .filter(({ references }) => !references.every((reference) => known.has(keyOf(reference))))
      .map(({ type, id }) => ({ type, id, error: { type: 'missing_references' } }));
    if (errors.length > 0) return { status: 200, body: { success: false, successCount: 0, errors } };
    for (const object of objects) this.stored.set(keyOf(object), object);
    return { status: 200, body: { success: true, successCount: objects.length, warnings: [] } };
  }

  #export(content: Buffer): Scripted {
    const { objects } = JSON.parse(content.toString()) as { objects: { type: string; id: string }[] };
    const missing = objects.filter((object) => !this.stored.has(keyOf(object)));
    if (missing.length > 0) {
      const found = missing.map((object) => ({ ...object, error: { statusCode: 404, error: 'Not Found' } }));
      const message = 'Error fetching objects to export';
      return { status: 400, body: { statusCode: 400, message, attributes: { objects: found } } };
    }
    const lines = objects.map((object) => JSON.stringify(this.stored.get(keyOf(object))));
    return { status: 200, body: lines.join('\n') };
  }
}

const keyOf = ({ type, id }: { readonly type: string; readonly id: string }): string => `${type}:${id}`;

const refused = (statusCode: number, message: string): Scripted => ({
  status: statusCode,
  body: { statusCode, message },
});
