/** A `TrailRow`, every value in PostgreSQL's own text for it, independent of the session's settings. */
export const TRAIL_COLUMNS = `position::float8, id, to_json(occurred_at AT TIME ZONE 'UTC') #>> '{}' AS "occurredAt",
  action, result, actor_id AS "actorId", user_id AS "userId", session_id AS "sessionId", address::text,
  user_agent AS "userAgent", request_id AS "requestId", reason, metadata::text,
  trace_id AS "traceId"`;
