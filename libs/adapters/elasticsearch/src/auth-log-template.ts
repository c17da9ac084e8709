import { INDEX_PREFIX } from './auth-log.js';

/** Of the template, the lifecycle policy and the pipeline. */
export const AUTH_LOGS = 'auth-logs';

const DAY_MS = 86_400_000;

/** Longer than anything legitimate, and short of Lucene's limit of a term (32,766 bytes): past it, kept but not searchable. */
const keyword = { type: 'keyword', ignore_above: 1_024 };
const text = { type: 'text' };
const date = { type: 'date' };
const ip = { type: 'ip' };

/**
 * Other fields than these are kept and not mapped; other entries of the metadata get the type of their first value.
 * Everything is written as Elasticsearch gives it back.
 */
export const AUTH_LOG_MAPPING = {
  dynamic: 'false',
  properties: {
    timestamp: date,
    level: keyword,
    action: keyword,
    status: keyword,
    reason: keyword,
    userId: keyword,
    actorId: keyword,
    sessionId: keyword,
    requestId: keyword,
    traceId: keyword,
    ip,
    userAgent: { type: 'text', fields: { keyword } },
    message: text,
    metadata: {
      type: 'object',
      dynamic: 'true',
      properties: {
        method: keyword,
        kind: keyword,
        channel: keyword,
        callingCode: keyword,
        country: keyword,
        risk: { type: 'integer' },
        riskReasons: keyword,
        deviceId: keyword,
      },
    },

    '@timestamp': date,
    ecs: { properties: { version: keyword } },
    event: {
      properties: {
        id: keyword,
        sequence: { type: 'long' },
        kind: keyword,
        category: keyword,
        type: keyword,
        action: keyword,
        outcome: keyword,
        reason: keyword,
        risk_score: { type: 'float' },
        module: keyword,
        dataset: keyword,
        ingested: date,
      },
    },
    log: { properties: { level: keyword } },
    service: { properties: { name: keyword, type: keyword } },
    user: { properties: { id: keyword, target: { properties: { id: keyword } } } },
    source: { properties: { ip, geo: { properties: { country_iso_code: keyword } } } },
    user_agent: {
      properties: {
        original: keyword,
        name: keyword,
        version: keyword,
        device: { properties: { name: keyword } },
        os: { properties: { name: keyword, full: keyword, version: keyword } },
      },
    },
    http: { properties: { request: { properties: { id: keyword } } } },
    trace: { properties: { id: keyword } },
    related: { properties: { ip, user: keyword } },
  },
  dynamic_templates: [
    { metadata_texts: { path_match: 'metadata.*', match_mapping_type: 'string', mapping: keyword } },
  ],
} as const;

/** What the server can do beyond taking documents: a minimal distribution has neither. */
export interface Features {
  readonly lifecycle: boolean;
  readonly pipeline: boolean;
}

export const authLogTemplate = ({ lifecycle, pipeline }: Features) => ({
  index_patterns: [`${INDEX_PREFIX}*`],
  priority: 500,
  template: {
    settings: {
      index: {
        number_of_shards: '1',
        // Green on a single node, safe on several.
        auto_expand_replicas: '0-1',
        codec: 'best_compression',
        refresh_interval: '5s',
        // By the day in the name: of a backlog, what is too old goes at once.
        ...(lifecycle && { lifecycle: { name: AUTH_LOGS, parse_origination_date: 'true' } }),
        ...(pipeline && { default_pipeline: AUTH_LOGS }),
      },
    },
    mappings: AUTH_LOG_MAPPING,
  },
});

/**
 * Deletes whole days. A day's index is itself the rotation, and is not merged afterwards: that would close it for
 * events that come late. Null keeps them for ever.
 */
export const authLogLifecycle = (retention: number | null) => ({
  phases: {
    hot: { min_age: '0ms', actions: { set_priority: { priority: 100 } } },
    ...(retention !== null && {
      // A day more: the age is counted from the beginning of the day.
      delete: { min_age: `${Math.ceil(retention / DAY_MS) + 1}d`, actions: { delete: {} } },
    }),
  },
});

/** Only adds: whatever it cannot read, it leaves as it is. */
export const AUTH_LOG_PIPELINE = {
  description: 'Gatehouse: names the browser, and says when the event came',
  processors: [
    { user_agent: { field: 'user_agent.original', ignore_missing: true, ignore_failure: true } },
    { set: { field: 'event.ingested', value: '{{{_ingest.timestamp}}}', ignore_failure: true } },
  ],
};
