import { AsyncLocalStorage } from 'node:async_hooks';
import { roleExists, SYSTEM_ROLES, type RoleState } from '#domain/access';
import type { AlertState, Counter } from '#domain/alerting';
import type { ImportFailure, ImportProgress } from '#domain/administration';
import type { AuditEvent, DeadLetter } from '#domain/audit';
import type { LinkPurpose } from '#domain/credentials';
import { identifierTaken, type IdentifierKind, type Profile, type UserState } from '#domain/identity';
import type { DomainEvent } from '#domain/kernel';
import type { DeviceState, SessionState } from '#domain/session';

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

export interface PasswordRow {
  readonly userId: string;
  hash: string;
  readonly version: number;
  readonly changedAt: Date;
}

export interface FailureRow {
  readonly subject: string;
  readonly device: string;
  failures: number;
  blockedUntil: Date;
  readonly forgottenAt: Date;
}

export interface RegistrationRow {
  readonly userId: string;
  readonly email: string;
  readonly username: string | null;
  readonly linkMac: string;
  readonly linkExpiresAt: Date;
  readonly createdAt: Date;
}

export interface AddressLinkRow {
  readonly subject: string;
  readonly purpose: LinkPurpose;
  readonly email: string;
  mac: string | null;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly sentAt: readonly Date[];
}

export interface OutboxRow {
  readonly event: DomainEvent;
  readonly urgent: boolean;
}

export interface CursorRow {
  readonly name: string;
  position: number;
  readonly holder: string | null;
  readonly leasedUntil: Date | null;
}

export interface RoleRow extends Omit<RoleState, 'permissions'> {
  readonly permissions: readonly string[];
}

export interface SetupTokenRow {
  readonly digest: string;
  readonly expiresAt: Date;
}

export interface ImportRow {
  readonly updatedAt: Date;
  readonly progress: ImportProgress;
  readonly failures: readonly ImportFailure[];
}

/** Plain values only, so that a structured clone shares nothing with its original. */
export interface Tables {
  users: UserRow[];
  identifiers: IdentifierRow[];
  challenges: ChallengeRow[];
  sessions: SessionRow[];
  devices: DeviceState[];
  passwords: PasswordRow[];
  failures: FailureRow[];
  registrations: RegistrationRow[];
  addressLinks: AddressLinkRow[];
  audit: AuditEvent[];
  alerts: AlertState[];
  alertCounters: Counter[];
  cursors: CursorRow[];
  deadLetters: DeadLetter[];
  outbox: OutboxRow[];
  roles: RoleRow[];
  setupTokens: SetupTokenRow[];
  imports: ImportRow[];
}

/** As the migration makes them. */
const systemRoles = (): RoleRow[] =>
  SYSTEM_ROLES.map((role) => ({
    ...role,
    permissions: role.permissions.map(String),
    system: true,
    createdAt: new Date(0),
    updatedAt: new Date(0),
  }));

/**
 * The record, for tests. A transaction works on a copy that takes the place of the original when the work
 * succeeds and its unique keys hold. Transactions take turns, so each has every row locked.
 */
export class InMemoryDatabase {
  #committed: Tables = {
    users: [],
    identifiers: [],
    challenges: [],
    sessions: [],
    devices: [],
    passwords: [],
    failures: [],
    registrations: [],
    addressLinks: [],
    audit: [],
    alerts: [],
    alertCounters: [],
    cursors: [],
    deadLetters: [],
    outbox: [],
    roles: systemRoles(),
    setupTokens: [],
    imports: [],
  };
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
    requireUnique(draft.devices, ({ userId, id }) => `${userId}/${id}`, new Error('duplicate device id'));
    requireUnique(draft.roles, ({ name }) => name, roleExists());
    requireUnique(draft.outbox, ({ event }) => event.id, new Error('duplicate event id'));
    this.#committed = draft;
    return result;
  }
}

function requireUnique<Row>(rows: readonly Row[], key: (row: Row) => string, violation: Error): void {
  if (new Set(rows.map(key)).size < rows.length) throw violation;
}
