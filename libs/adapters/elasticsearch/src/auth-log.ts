import type { TrailRow } from '#domain/audit';
import { levelOf, natureOf } from './ecs-nature.js';

export const INDEX_PREFIX = 'auth-logs-';

type Metadata = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** What is known under a name of its own in the mapping; other entries are mapped by their type. */
interface KnownMetadata {
  readonly country?: string;
  readonly risk?: number;
}

/** One index a day, by the event's own time: an event that comes late, or twice, finds the index it belongs to. */
export const indexOf = ({ occurredAt }: TrailRow): string =>
  INDEX_PREFIX + occurredAt.slice(0, 10).replaceAll('-', '.');

/** A row of the trail as people search it, and beside it as the Elastic Common Schema 8 names the same things. */
export function toAuthLog(row: TrailRow) {
  const timestamp = `${row.occurredAt}Z`;
  // PostgreSQL writes the length of the network, too.
  const ip = row.address.split('/', 1)[0]!;
  const metadata = row.metadata === null ? undefined : (JSON.parse(row.metadata) as Metadata & KnownMetadata);
  const level = levelOf(row.action, row.result);
  const users = [...new Set([row.userId, row.actorId])].filter((id) => id !== null);
  return {
    timestamp,
    level,
    action: row.action,
    status: row.result,
    reason: row.reason ?? undefined,
    userId: row.userId ?? undefined,
    actorId: row.actorId ?? undefined,
    sessionId: row.sessionId ?? undefined,
    requestId: row.requestId,
    traceId: row.traceId ?? undefined,
    ip,
    userAgent: row.userAgent,
    message: `${row.action}: ${row.result}${row.reason === null ? '' : `, ${row.reason}`}`,
    metadata,

    '@timestamp': timestamp,
    ecs: { version: '8.17.0' },
    event: {
      id: row.id,
      sequence: row.position,
      kind: 'event',
      ...natureOf(row.action, row.result),
      action: row.action,
      reason: row.reason ?? undefined,
      risk_score: metadata?.risk,
      module: 'gatehouse',
      dataset: 'gatehouse.audit',
    },
    log: { level },
    service: { name: 'gatehouse', type: 'gatehouse' },
    user: userOf(row),
    source: { ip, geo: metadata?.country === undefined ? undefined : { country_iso_code: metadata.country } },
    user_agent: { original: row.userAgent },
    http: { request: { id: row.requestId } },
    trace: row.traceId === null ? undefined : { id: row.traceId },
    related: { ip: [ip], user: users },
  };
}

/** In ECS `user` is who acts, and whom it is done to where nobody else is known. */
function userOf({ userId, actorId }: TrailRow): object | undefined {
  const id = actorId ?? userId;
  if (id === null) return undefined;
  return { id, ...(userId !== null && userId !== id && { target: { id: userId } }) };
}
