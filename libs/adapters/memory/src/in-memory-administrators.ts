import type { SetupTokens } from '#domain/access';
import { ADMINISTRATOR, effectiveStatus, type Administrators } from '#domain/identity';
import type { Tables } from './in-memory-database.js';

export class InMemoryAdministrators implements Administrators {
  constructor(private readonly tables: Tables) {}

  async existBesides(userId: string | null, now: Date): Promise<boolean> {
    return this.tables.users.some(
      (user) =>
        user.id !== userId && user.roles.includes(ADMINISTRATOR) && effectiveStatus(user, now) === 'active',
    );
  }
}

export class InMemorySetupTokens implements SetupTokens {
  constructor(private readonly tables: Tables) {}

  add(digest: string, expiresAt: Date, now: Date): void {
    const living = this.tables.setupTokens.filter((token) => token.expiresAt > now);
    this.tables.setupTokens = [...living, { digest, expiresAt: new Date(expiresAt) }];
  }

  async spend(digest: string, now: Date): Promise<boolean> {
    const good = this.tables.setupTokens.find((token) => token.digest === digest && token.expiresAt > now);
    this.tables.setupTokens = this.tables.setupTokens.filter((token) => token !== good);
    return good !== undefined;
  }

  clear(): void {
    this.tables.setupTokens = [];
  }
}
