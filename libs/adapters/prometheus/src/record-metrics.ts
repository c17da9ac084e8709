import type { Registry } from 'prom-client';
import { gauge, gaugeByState } from './gauges.js';
import { Sampled } from './sampled.js';

export interface OutboxReading {
  /** Events whose time has come, those that wait for theirs (in hand, or to be tried again), and poison. */
  readonly due: number;
  readonly waiting: number;
  readonly setAside: number;
  /** Seconds for which the event that is due for longest has been so; 0 when none is. */
  readonly oldestDueSeconds: number;
}

export interface PoolReading {
  readonly inUse: number;
  readonly idle: number;
  /** Callers without a connection. */
  readonly waiting: number;
}

/** What the record is asked about itself. */
export interface RecordReader {
  readonly pool: PoolReading;
  outbox(): Promise<OutboxReading>;
  activeSessions(): Promise<number>;
}

/** Milliseconds between two looks, for each process that is scraped. */
const OUTBOX_INTERVAL = 10_000;
const SESSIONS_INTERVAL = 60_000;

/** The PostgreSQL behind everything: its queue, its sessions, and the way to it. */
export function watchRecord(registry: Registry, record: RecordReader): void {
  const outbox = new Sampled(OUTBOX_INTERVAL, () => record.outbox());
  const sessions = new Sampled(SESSIONS_INTERVAL, () => record.activeSessions());
  gaugeByState(
    registry,
    'gatehouse_outbox_events',
    'Events in the outbox: due, waiting (in hand, or to be tried again later) or set aside after a day of failing.',
    () => {
      const { latest } = outbox;
      return latest && { due: latest.due, waiting: latest.waiting, 'set-aside': latest.setAside };
    },
  );
  gauge(
    registry,
    'gatehouse_outbox_oldest_due_seconds',
    'For how long the oldest due event has been waiting for a worker to take it.',
    () => outbox.latest?.oldestDueSeconds,
  );
  gauge(
    registry,
    'gatehouse_sessions_active',
    'Sessions that have neither ended nor been revoked; an estimate from a sample where there are very many.',
    () => sessions.latest,
  );
  gaugeByState(
    registry,
    'gatehouse_postgres_pool_connections',
    "Connections of this process's pool to PostgreSQL.",
    () => ({ 'in-use': record.pool.inUse, idle: record.pool.idle }),
  );
  gauge(
    registry,
    'gatehouse_postgres_pool_waiting',
    'Callers that wait for a connection because all are in use.',
    () => record.pool.waiting,
  );
}
