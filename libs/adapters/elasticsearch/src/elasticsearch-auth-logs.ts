import { setImmediate } from 'node:timers/promises';
import type { Client } from '@elastic/elasticsearch';
import type { AuthLogIndex, Rejection, TrailRow, WriteOutcome } from '#domain/audit';
import { indexOf, toAuthLog } from './auth-log.js';
import { isSetUp, setUpElasticsearch } from './elasticsearch-setup.js';
import { MAX_REASON, setbackOf, setbackOfStatus } from './setbacks.js';

/** Of a request; Elasticsearch takes a hundred megabytes, and works best well below. */
const MAX_BYTES = 5 * 1_024 * 1_024;
/** Rows made into documents in one turn of the event loop, half a millisecond: requests may be on it, too. */
const SLICE = 100;
/**
 * Milliseconds for a whole write, shorter than the lease under which it is done. The client's own limit is of silence:
 * an answer that trickles in would hold up the shipping for ever.
 */
const WRITE_TIMEOUT = 45_000;

/** A version conflict: the row is there already. */
const CONFLICT = 409;
/** Answers of 400 that are about the index, and will be different when an operator has seen to it. */
const ABOUT_THE_INDEX: ReadonlySet<string> = new Set(['validation_exception', 'index_closed_exception']);
const NO_PIPELINE = /^pipeline with id .* does not exist$/;

interface Problem {
  readonly type?: string;
  readonly reason?: string | null;
  readonly caused_by?: Problem;
}

interface Item {
  readonly status: number;
  readonly error?: Problem;
}

export interface ElasticsearchAuthLogsOptions {
  /** Milliseconds for which days are kept; null for ever. */
  readonly retention: number | null;
  readonly warn: (message: string) => void;
  readonly writeTimeout?: number;
}

/** Writes with `create` under the row's own id: the second to write a row is told so, and changes nothing. */
export class ElasticsearchAuthLogs implements AuthLogIndex {
  /** Until it is told that it may not. */
  #seesToTemplate = true;

  constructor(
    private readonly client: Client,
    private readonly options: ElasticsearchAuthLogsOptions,
  ) {}

  async write(rows: readonly TrailRow[], signal: AbortSignal): Promise<WriteOutcome> {
    const limit = AbortSignal.timeout(this.options.writeTimeout ?? WRITE_TIMEOUT);
    try {
      return await this.#write(rows, AbortSignal.any([signal, limit]));
    } catch (error) {
      const cause = limit.aborted ? new Error('It began to answer, and did not end in time') : error;
      return { settled: 0, rejections: [], setback: setbackOf(cause) };
    }
  }

  close(): Promise<void> {
    return this.client.close();
  }

  async #write(rows: readonly TrailRow[], signal: AbortSignal): Promise<WriteOutcome> {
    await this.#prepare(signal);
    const operations = await operationsOf(rows);
    const { items } = await this.client.bulk(
      { operations, filter_path: ['items.*.status', 'items.*.error'] },
      { signal },
    );
    return outcomeOf(rows.slice(0, operations.length / 2), (items as { create: Item }[] | undefined) ?? []);
  }

  /**
   * Who never ran the setup still gets the right types; who may not run it here has it done elsewhere. Before each
   * write, because an Elasticsearch may be replaced by an empty one, which would guess the types of the next index.
   */
  async #prepare(signal: AbortSignal): Promise<void> {
    if (!this.#seesToTemplate) return;
    try {
      if (!(await isSetUp(this.client, signal))) await setUpElasticsearch(this.client, this.options, signal);
    } catch (error) {
      const { kind, reason } = setbackOf(error);
      if (kind !== 'refused') throw error;
      this.options.warn(`The index template could not be installed and may be missing: ${reason}`);
      this.#seesToTemplate = false;
    }
  }
}

/** Pairs of lines for as many of the first rows as fit, and for one in any case. */
async function operationsOf(rows: readonly TrailRow[]): Promise<string[]> {
  const operations: string[] = [];
  let bytes = 0;
  for (const [index, row] of rows.entries()) {
    if (index % SLICE === SLICE - 1) await setImmediate();
    const action = JSON.stringify({ create: { _index: indexOf(row), _id: row.id } });
    const document = JSON.stringify(toAuthLog(row));
    bytes += Buffer.byteLength(document) + action.length;
    if (bytes > MAX_BYTES && operations.length > 0) break;
    operations.push(action, document);
  }
  return operations;
}

function outcomeOf(rows: readonly TrailRow[], items: readonly { readonly create: Item }[]): WriteOutcome {
  if (items.length !== rows.length) {
    throw new Error(`Elasticsearch answered for ${items.length} of ${rows.length} documents`);
  }
  const rejections: Rejection[] = [];
  for (const [index, { create: item }] of items.entries()) {
    if (item.status < 300 || item.status === CONFLICT) continue;
    if (!isAboutTheDocument(item)) {
      return { settled: index, rejections, setback: setbackOfStatus(item.status, reasonOf(item.error)) };
    }
    const type = item.error?.type ?? 'unknown';
    rejections.push({ row: rows[index]!, type, reason: reasonOf(item.error) });
  }
  return { settled: rows.length, rejections, setback: null };
}

const isAboutTheDocument = ({ status, error }: Item): boolean =>
  status === 400 && !ABOUT_THE_INDEX.has(error?.type ?? '') && !NO_PIPELINE.test(error?.reason ?? '');

/** With the innermost cause, which says what was wrong with the value. */
function reasonOf(problem: Problem | undefined): string {
  let cause = problem?.caused_by;
  while (cause?.caused_by) cause = cause.caused_by;
  const parts = [problem?.reason ?? problem?.type, cause?.reason].filter((part) => part);
  return parts.join(': ').slice(0, MAX_REASON);
}
