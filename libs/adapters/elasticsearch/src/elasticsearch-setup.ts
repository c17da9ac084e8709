import { createHash } from 'node:crypto';
import type { Client } from '@elastic/elasticsearch';
import { AUTH_LOG_PIPELINE, AUTH_LOGS, authLogLifecycle, authLogTemplate } from './auth-log-template.js';

export interface SetupStep {
  readonly name: string;
  readonly outcome: 'created' | 'updated' | 'unchanged' | 'left out';
  readonly why?: string;
}

interface Piece {
  readonly name: string;
  readonly path: string;
  readonly definition: object;
  /** As it is sent, and as it is found in an answer. */
  readonly wrap?: (definition: object) => object;
  readonly find: (answer: never) => unknown;
  /** What it means that the server does not know of such a thing; unless this is said, it is an error. */
  readonly withoutIt?: string;
}

/** Installs what the logs need, unless it is there just so. Throws what the client throws. */
export async function setUpElasticsearch(
  client: Client,
  { retention }: { readonly retention: number | null },
  signal?: AbortSignal,
): Promise<readonly SetupStep[]> {
  const step = (piece: Piece): Promise<SetupStep> => install(client, piece, signal);
  const lifecycle = await step({
    name: 'lifecycle policy',
    path: `/_ilm/policy/${AUTH_LOGS}`,
    definition: authLogLifecycle(retention),
    wrap: (policy) => ({ policy }),
    find: (answer: Record<string, { policy?: unknown }>) => answer[AUTH_LOGS]?.policy,
    withoutIt: 'this server has no index lifecycle management: delete old days yourself',
  });
  const pipeline = await step({
    name: 'ingest pipeline',
    path: `/_ingest/pipeline/${AUTH_LOGS}`,
    definition: AUTH_LOG_PIPELINE,
    find: (answer: Record<string, unknown>) => answer[AUTH_LOGS],
    withoutIt: 'this server lacks its processors: browsers are not told apart',
  });
  const template = await step({
    name: 'index template',
    path: TEMPLATE,
    definition: authLogTemplate({
      lifecycle: lifecycle.outcome !== 'left out',
      pipeline: pipeline.outcome !== 'left out',
    }),
    find: (answer: { index_templates?: { index_template: unknown }[] }) =>
      answer.index_templates?.[0]?.index_template,
  });
  return [lifecycle, pipeline, template];
}

const TEMPLATE = `/_index_template/${AUTH_LOGS}`;

/** Whether somebody has set the logs up, in whatever version. */
export async function isSetUp(client: Client, signal: AbortSignal): Promise<boolean> {
  const { statusCode } = await client.transport.request(
    { method: 'HEAD', path: TEMPLATE },
    { meta: true, signal, ignore: [404] },
  );
  return statusCode === 200;
}

/** A server without a whole feature takes its address for something else; one without a processor names it. */
const LACKING = /no handler found|Incorrect HTTP method|No processor type exists|api_not_available/;

async function install(client: Client, piece: Piece, signal: AbortSignal | undefined): Promise<SetupStep> {
  const { name, withoutIt } = piece;
  try {
    return { name, outcome: await put(client, piece, signal) };
  } catch (error) {
    if (withoutIt === undefined || !LACKING.test((error as Error).message)) throw error;
    return { name, outcome: 'left out', why: withoutIt };
  }
}

async function put(
  client: Client,
  { path, definition, wrap = (it) => it, find }: Piece,
  signal: AbortSignal | undefined,
): Promise<SetupStep['outcome']> {
  const options = { meta: true, ...(signal && { signal }) } as const;
  const got = await client.transport.request({ method: 'GET', path }, { ...options, ignore: [404] });
  const there = got.statusCode === 404 ? undefined : find(got.body as never);
  // What is no longer in the definition shows only in its revision: the server has more than we sent in any case.
  const revision = createHash('sha256').update(JSON.stringify(definition)).digest('hex').slice(0, 16);
  const ours = { ...definition, _meta: { managed_by: 'gatehouse', revision } };
  if (there !== undefined && covers(there, ours)) return 'unchanged';
  await client.transport.request({ method: 'PUT', path, body: wrap(ours) }, options);
  return there === undefined ? 'created' : 'updated';
}

/** Whether all that we say is there, beside what the server adds to it. It gives most values back as text. */
function covers(there: unknown, ours: unknown): boolean {
  if (Array.isArray(ours)) {
    return (
      Array.isArray(there) &&
      there.length === ours.length &&
      ours.every((value, index) => covers(there[index], value))
    );
  }
  if (typeof ours !== 'object' || ours === null) return String(there) === String(ours);
  if (typeof there !== 'object' || there === null) return false;
  return Object.entries(ours).every(([key, value]) =>
    covers((there as Readonly<Record<string, unknown>>)[key], value),
  );
}
