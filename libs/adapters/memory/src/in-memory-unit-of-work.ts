import type { AuditEvent, AuditTrail } from '#domain/audit';
import type { DomainEvent, Outbox, OutboxOptions, UnitOfWork } from '#domain/kernel';
import { InMemoryAccountImports } from './in-memory-account-imports.js';
import { InMemoryAccounts } from './in-memory-accounts.js';
import { InMemoryAddressLinks } from './in-memory-address-links.js';
import { InMemoryAdministrators, InMemorySetupTokens } from './in-memory-administrators.js';
import { InMemoryAlerts } from './in-memory-alerts.js';
import { InMemoryCursorMoves } from './in-memory-audit-cursors.js';
import type { InMemoryDatabase, Tables } from './in-memory-database.js';
import { InMemoryDevices } from './in-memory-devices.js';
import { InMemoryDeadLetterIntake } from './in-memory-dead-letters.js';
import { InMemoryOtpChallenges } from './in-memory-otp-challenges.js';
import { InMemoryRoles } from './in-memory-roles.js';
import { InMemoryPasswordFailures, InMemoryPasswords } from './in-memory-passwords.js';
import { InMemoryRegistrations } from './in-memory-registrations.js';
import { InMemorySessions } from './in-memory-sessions.js';

export class InMemoryTx {
  readonly accounts: InMemoryAccounts;
  readonly challenges: InMemoryOtpChallenges;
  readonly sessions: InMemorySessions;
  readonly devices: InMemoryDevices;
  readonly passwords: InMemoryPasswords;
  readonly passwordFailures: InMemoryPasswordFailures;
  readonly registrations: InMemoryRegistrations;
  readonly addressLinks: InMemoryAddressLinks;
  readonly roles: InMemoryRoles;
  readonly administrators: InMemoryAdministrators;
  readonly setupTokens: InMemorySetupTokens;
  readonly imports: InMemoryAccountImports;
  readonly alerts: InMemoryAlerts;
  readonly auditCursors: InMemoryCursorMoves;
  readonly deadLetters: InMemoryDeadLetterIntake;
  readonly audit: AuditTrail;
  readonly outbox: Outbox;

  constructor(tables: Tables) {
    this.accounts = new InMemoryAccounts(tables);
    this.challenges = new InMemoryOtpChallenges(tables);
    this.sessions = new InMemorySessions(tables);
    this.devices = new InMemoryDevices(tables);
    this.passwords = new InMemoryPasswords(tables);
    this.passwordFailures = new InMemoryPasswordFailures(tables);
    this.registrations = new InMemoryRegistrations(tables);
    this.addressLinks = new InMemoryAddressLinks(tables);
    this.roles = new InMemoryRoles(tables);
    this.administrators = new InMemoryAdministrators(tables);
    this.setupTokens = new InMemorySetupTokens(tables);
    this.imports = new InMemoryAccountImports(tables);
    this.alerts = new InMemoryAlerts(tables);
    this.auditCursors = new InMemoryCursorMoves(tables);
    this.deadLetters = new InMemoryDeadLetterIntake(tables);
    this.audit = {
      append: (event: AuditEvent) => void tables.audit.push(structuredClone(event)),
    };
    this.outbox = {
      append: ({ id, type, occurredAt, payload }: DomainEvent, { urgent = false }: OutboxOptions = {}) => {
        // Through JSON, as on its way through the real outbox: a date comes out as text, a secret redacted.
        const stored = JSON.parse(JSON.stringify(payload)) as object;
        tables.outbox.push({
          event: { id, type, occurredAt: new Date(occurredAt), payload: stored },
          urgent,
        });
      },
    };
  }
}

export class InMemoryUnitOfWork implements UnitOfWork<InMemoryTx> {
  constructor(private readonly database: InMemoryDatabase) {}

  run<T>(work: (tx: InMemoryTx) => Promise<T>): Promise<T> {
    return this.database.transaction((tables) => work(new InMemoryTx(tables)));
  }
}
