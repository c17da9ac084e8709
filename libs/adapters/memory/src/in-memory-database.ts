import { AsyncLocalStorage } from 'node:async_hooks';
import type { AuditEvent } from '#domain/audit';
import { identifierTaken, type IdentifierKind, type Profile, type UserState } from '#domain/identity';
import type { DomainEvent } from '#domain/kernel';
import type { SessionState } from '#domain/session';

export type UserRow = Omit<UserState, 'identifiers'>;

export interface IdentifierRow {
  readonly kind: IdentifierKind;
  readonly value: string;
  readonly userId: string;
  readonly id: string;
  readonly verifiedAt: Date;
}

export interface ChallengeRow {
  readonly kind: IdentifierKind;
  readonly value: string;
  challengeId: string;
  codeMac: string;
  profile: Profile;
  attempts: number;
  spent: boolean;
  expiresAt: Date;
  sentAt: Date[];
  wrongOn: string;
  wrongCount: number;
}

export interface SessionRow extends SessionState {
  readonly rotatedAt: Date | null;
}

export interface OutboxRow {
  readonly event: DomainEvent;
  readonly urgent: boolean;
}

/** Plain values only, so that a structured clone shares nothing with its original. */
export interface Tables {
  users: UserRow[];
  identifiers: IdentifierRow[];
  challenges: ChallengeRow[];
  sessions: SessionRow[];
  audit: AuditEvent[];
  outbox: OutboxRow[];
}

/**
 * The record, for tests. A transaction works on a copy that takes the place of the original when the work
 * succeeds and its unique keys hold. Transactions take turns, so each has every row locked.
 */
export class InMemoryDatabase {
  #committed: Tables = { users: [], identifiers: [], challenges: [], sessions: [], audit: [], outbox: [] };
  #previous: Promise<unknown> = Promise.resolve();
  readonly #inside = new AsyncLocalStorage<true>();

  /** What is committed; a copy. */
  get tables(): Tables {
    return structuredClone(this.#committed);
  }

  async transaction<T>(work: (tables: Tables) => Promise<T>): Promise<T> {
    if (this.#inside.getStore()) throw new Error('A unit of work must not run inside another');
    const turn = this.#previous.then(() => this.#inside.run(true, () => this.#run(work)));
    this.#previous = turn.catch(() => undefined);
    return turn;
  }

  async #run<T>(work: (tables: Tables) => Promise<T>): Promise<T> {
    const draft = this.tables;
    const result = await work(draft);
    requireUnique(draft.identifiers, ({ kind, value }) => `${kind}:${value}`, identifierTaken());
    requireUnique(draft.users, ({ id }) => id, new Error('duplicate user id'));
    requireUnique(draft.sessions, ({ userId, id }) => `${userId}/${id}`, new Error('duplicate session id'));
    requireUnique(draft.outbox, ({ event }) => event.id, new Error('duplicate event id'));
    this.#committed = draft;
    return result;
  }
}

function requireUnique<Row>(rows: readonly Row[], key: (row: Row) => string, violation: Error): void {
  if (new Set(rows.map(key)).size < rows.length) throw violation;
}
