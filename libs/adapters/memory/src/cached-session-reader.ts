import { LRUCache } from 'lru-cache';
import type { Clock } from '#domain/kernel';
import type {
  SessionChange,
  SessionEvents,
  SessionReader,
  SessionStore,
  SessionWithRoles,
} from '#domain/session';

/** Milliseconds for which an answer may be reused: the bound within which a revocation or other roles take hold. */
const MAX_STALENESS = 1_000;
/** Sessions kept, about 1 kB each. */
const MAX_ENTRIES = 50_000;
/** Milliseconds between two notes of one session's activity. */
const ACTIVITY_RESOLUTION = 60_000;

interface Entry {
  readonly found: SessionWithRoles | null;
  /** When the read behind it began: what was revoked since may be missing from it. */
  readonly readAt: number;
}

/**
 * A near cache before the session store. An answer is at most one second old, measured from before its read
 * began, whether or not word of a revocation arrives; with word, it goes at once. Misses on one session share
 * one read.
 */
export class CachedSessionReader implements SessionReader {
  readonly #entries = new LRUCache<string, Entry>({ max: MAX_ENTRIES });
  readonly #reads = new Map<string, Promise<SessionWithRoles | null>>();
  #hits = 0;
  #misses = 0;

  constructor(
    private readonly store: SessionStore,
    events: SessionEvents,
    private readonly clock: Clock,
  ) {
    events.subscribe((change) => this.#forget(change));
  }

  get hits(): number {
    return this.#hits;
  }

  get misses(): number {
    return this.#misses;
  }

  get entries(): number {
    return this.#entries.size;
  }

  find(userId: string, sessionId: string): SessionWithRoles | null | Promise<SessionWithRoles | null> {
    const key = keyOf(userId, sessionId);
    const entry = this.#entries.get(key);
    if (entry) {
      const age = this.clock.now().getTime() - entry.readAt;
      // A clock set back would otherwise keep an entry for as long as it was set back.
      if (age >= 0 && age < MAX_STALENESS) {
        this.#hits++;
        return entry.found;
      }
    }
    this.#misses++;
    return this.#reads.get(key) ?? this.#read(key, userId, sessionId);
  }

  #read(key: string, userId: string, sessionId: string): Promise<SessionWithRoles | null> {
    const readAt = this.clock.now();
    const read = this.store
      .findWithRoles(userId, sessionId)
      .then((found) => {
        // A revocation announced meanwhile took this read off the map: its answer may predate it.
        if (this.#reads.get(key) === read) this.#entries.set(key, { found, readAt: readAt.getTime() });
        if (found) this.#noteActivity(found, readAt);
        return found;
      })
      .finally(() => {
        if (this.#reads.get(key) === read) this.#reads.delete(key);
      });
    this.#reads.set(key, read);
    return read;
  }

  #noteActivity({ session }: SessionWithRoles, now: Date): void {
    if (now.getTime() - session.state.lastActiveAt.getTime() < ACTIVITY_RESOLUTION) return;
    this.store.touch(session.userId, session.id, now).catch(() => undefined);
  }

  #forget({ userId, sessionIds }: SessionChange): void {
    const prefix = `${userId}/`;
    const keys =
      sessionIds === 'all'
        ? [...this.#entries.keys(), ...this.#reads.keys()].filter((key) => key.startsWith(prefix))
        : sessionIds.map((id) => keyOf(userId, id));
    for (const key of keys) {
      this.#entries.delete(key);
      this.#reads.delete(key);
    }
  }
}

const keyOf = (userId: string, sessionId: string): string => `${userId}/${sessionId}`;
