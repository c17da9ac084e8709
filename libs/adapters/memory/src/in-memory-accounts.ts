import {
  Identifier,
  User,
  type AccountDirectory,
  type Accounts,
  type IdentifierKind,
  type VerifiedIdentifier,
} from '#domain/identity';
import type { InMemoryDatabase, Tables } from './in-memory-database.js';
import { eraseRegistrations } from './in-memory-registrations.js';

export class InMemoryAccounts implements Accounts {
  constructor(private readonly tables: Tables) {}

  async lockByIdentifier({ kind, value }: Identifier): Promise<User | null> {
    const held = this.tables.identifiers.find((row) => row.kind === kind && row.value === value);
    return held ? findUser(this.tables, held.userId) : null;
  }

  async lockById(userId: string): Promise<User | null> {
    return findUser(this.tables, userId);
  }

  insert({ state: { identifiers, ...row } }: User): void {
    this.tables.users.push(structuredClone(row));
    for (const identifier of identifiers) this.addIdentifier(row.id, identifier);
  }

  update({ state: { id, status, profile, roles, updatedAt, deletedAt, lockedUntil } }: User): void {
    const row = this.tables.users.find((user) => user.id === id);
    const next = { status, profile, roles, updatedAt, deletedAt, lockedUntil };
    if (row) Object.assign(row, structuredClone(next));
  }

  addIdentifier(userId: string, { id, identifier: { kind, value }, verifiedAt }: VerifiedIdentifier): void {
    this.tables.identifiers.push({ kind, value, userId, id, verifiedAt: new Date(verifiedAt) });
    const pending = this.tables.registrations.filter(({ email }) => kind === 'email' && email === value);
    eraseRegistrations(this.tables, pending);
  }

  removeIdentifier(userId: string, { identifier: { kind, value } }: VerifiedIdentifier): void {
    this.tables.identifiers = this.tables.identifiers.filter(
      (row) => row.kind !== kind || row.value !== value || row.userId !== userId,
    );
  }

  async eraseDeleted(deletedBefore: Date, limit: number): Promise<readonly string[]> {
    const doomed = this.tables.users
      .filter(({ status, deletedAt }) => status === 'deleted' && deletedAt && deletedAt < deletedBefore)
      .sort((a, b) => Number(a.deletedAt) - Number(b.deletedAt))
      .slice(0, limit)
      .map(({ id }) => id);
    const isLeft = ({ userId }: { readonly userId: string }): boolean => !doomed.includes(userId);
    this.tables.users = this.tables.users.filter(({ id }) => !doomed.includes(id));
    this.tables.sessions = this.tables.sessions.filter(isLeft);
    this.tables.devices = this.tables.devices.filter(isLeft);
    this.tables.passwords = this.tables.passwords.filter(isLeft);
    this.tables.identifiers = this.tables.identifiers.filter(isLeft);
    return doomed;
  }
}

export class InMemoryAccountDirectory implements AccountDirectory {
  constructor(private readonly database: InMemoryDatabase) {}

  async findById(userId: string): Promise<User | null> {
    return findUser(this.database.tables, userId);
  }

  async exists(kind: IdentifierKind, value: string): Promise<boolean> {
    return this.database.tables.identifiers.some((row) => row.kind === kind && row.value === value);
  }
}

export function findUser(tables: Tables, userId: string): User | null {
  const user = tables.users.find(({ id }) => id === userId);
  if (!user) return null;
  const identifiers = tables.identifiers
    .filter((row) => row.userId === userId)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, kind, value, verifiedAt }) => ({
      id,
      identifier: Identifier.of(kind, value),
      verifiedAt: new Date(verifiedAt),
    }));
  return User.restore({ ...structuredClone(user), identifiers });
}
