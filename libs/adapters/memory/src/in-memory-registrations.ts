import {
  MAX_PENDING_PER_ADDRESS,
  type ExpiredRegistrations,
  type LinkReference,
  type PendingRegistration,
  type RegistrationOutcome,
  type Registrations,
} from '#domain/credentials';
import { Identifier } from '#domain/identity';
import type { InMemoryDatabase, RegistrationRow, Tables } from './in-memory-database.js';

export class InMemoryRegistrations implements Registrations {
  constructor(private readonly tables: Tables) {}

  insert({ userId, identifier, username, ...times }: PendingRegistration): void {
    const email = identifier.value;
    const row = { userId, email, username: username?.value ?? null, ...times };
    this.tables.registrations.push(structuredClone(row));
    const newestFirst = this.tables.registrations
      .filter((each) => each.email === email)
      .sort((a, b) => Number(b.createdAt) - Number(a.createdAt) || (a.userId < b.userId ? 1 : -1));
    eraseRegistrations(this.tables, newestFirst.slice(MAX_PENDING_PER_ADDRESS));
  }

  async findOnly({ value }: Identifier): Promise<PendingRegistration | null> {
    const found = this.tables.registrations.filter(({ email }) => email === value);
    return found.length === 1 ? toRegistration(found[0]!) : null;
  }

  renewLink(userId: string, linkMac: string, linkExpiresAt: Date): void {
    const row = this.tables.registrations.find((each) => each.userId === userId);
    if (row) Object.assign(row, { linkMac, linkExpiresAt: new Date(linkExpiresAt) });
  }

  async spend({ subject, mac }: LinkReference, now: Date): Promise<RegistrationOutcome> {
    const row = this.tables.registrations.find(
      ({ userId, linkMac }) => userId === subject && linkMac === mac,
    );
    if (!row) return { outcome: 'invalid' };
    if (row.linkExpiresAt <= now) return { outcome: 'expired' };
    this.tables.registrations = this.tables.registrations.filter((each) => each !== row);
    return { outcome: 'spent', registration: toRegistration(row) };
  }

  discard(userId: string): void {
    erasePendingAccounts(this.tables, [userId]);
  }
}

export class InMemoryExpiredRegistrations implements ExpiredRegistrations {
  constructor(private readonly database: InMemoryDatabase) {}

  async erase(createdBefore: Date, limit: number): Promise<number> {
    return this.database.transaction(async (tables) => {
      const expired = tables.registrations
        .filter(({ createdAt }) => createdAt < createdBefore)
        .slice(0, limit);
      eraseRegistrations(tables, expired);
      return expired.length;
    });
  }
}

export function eraseRegistrations(tables: Tables, doomed: readonly RegistrationRow[]): void {
  tables.registrations = tables.registrations.filter((row) => !doomed.includes(row));
  erasePendingAccounts(
    tables,
    doomed.map(({ userId }) => userId),
  );
}

function erasePendingAccounts(tables: Tables, userIds: readonly string[]): void {
  const pending = new Set(
    tables.users.filter(({ id, status }) => status === 'pending' && userIds.includes(id)).map(({ id }) => id),
  );
  tables.users = tables.users.filter(({ id }) => !pending.has(id));
  tables.passwords = tables.passwords.filter(({ userId }) => !pending.has(userId));
}

const toRegistration = ({ email, username, ...row }: RegistrationRow): PendingRegistration => ({
  ...structuredClone(row),
  identifier: Identifier.of('email', email),
  username: username === null ? null : Identifier.of('username', username),
});
