import type { Roles } from '#domain/access';
import type { AuditTrail } from '#domain/audit';
import {
  PasswordHash,
  unsupportedPasswordHash,
  type PasswordHasher,
  type Passwords,
} from '#domain/credentials';
import {
  User,
  type Accounts,
  type Identifier,
  type IdentifierParser,
  type ReachableKind,
} from '#domain/identity';
import {
  DomainError,
  type Clock,
  type IdGenerator,
  type RequestOrigin,
  type UnitOfWork,
} from '#domain/kernel';
import type { AccountImports, ImportFailure, ImportProgress } from '../ports/account-imports.port.js';

/** An account as another system knew it. An address that was not verified there is left out here. */
export interface ImportedAccount {
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly phone: string | null;
  readonly phoneVerified: boolean;
  readonly username: string | null;
  readonly displayName: string | null;
  readonly locale: string | null;
  readonly roles: readonly string[];
  /** In the PHC string format or the modular crypt format. */
  readonly passwordHash: string | null;
  readonly createdAt: Date | null;
  /** The other system's id; goes into the audit trail. */
  readonly externalId: string | null;
}

export type ImportLine =
  | { readonly line: number; readonly account: ImportedAccount }
  | { readonly line: number; readonly failure: DomainError };

interface ImportTx {
  readonly accounts: Accounts;
  readonly roles: Roles;
  readonly passwords: Passwords;
  readonly imports: AccountImports;
  readonly audit: AuditTrail;
}

interface Candidate {
  readonly line: number;
  readonly user: User;
  readonly passwordHash: PasswordHash | null;
  readonly externalId: string | null;
}

/**
 * Makes accounts of a file's lines, a batch in one transaction with the note that they are done. A line is
 * imported in full or fails by itself; what was read twice because a process died was not stored the first time.
 */
export class ImportAccounts {
  constructor(
    private readonly unitOfWork: UnitOfWork<ImportTx>,
    private readonly identifiers: IdentifierParser,
    private readonly hasher: Pick<PasswordHasher, 'supports'>,
    private readonly ids: IdGenerator,
    private readonly clock: Clock,
  ) {}

  /** Where to go on with the file. */
  async progressOf(digest: string): Promise<ImportProgress> {
    const known = await this.unitOfWork.run(({ imports }) => imports.find(digest));
    return known ?? { digest, lines: 0, imported: 0, failed: 0 };
  }

  failures(digest: string): Promise<readonly ImportFailure[]> {
    return this.unitOfWork.run(({ imports }) => imports.failures(digest));
  }

  /** Takes the lines that follow on `before`; returns how far the file is then. */
  async execute(
    before: ImportProgress,
    lines: readonly ImportLine[],
    origin: RequestOrigin,
  ): Promise<ImportProgress> {
    const now = this.clock.now();
    const read = lines.map((line) => this.#read(line, now));
    try {
      return await this.#store(before, read, origin, now);
    } catch (error) {
      if (lines.length === 1 || !(error instanceof DomainError) || error.kind !== 'conflict') throw error;
      // Somebody took an identifier at the same moment; it is one line's failure, and the others' none.
      let progress = before;
      for (const each of lines) progress = await this.#alone(progress, each, origin);
      return progress;
    }
  }

  async #alone(before: ImportProgress, line: ImportLine, origin: RequestOrigin): Promise<ImportProgress> {
    try {
      return await this.execute(before, [line], origin);
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== 'conflict') throw error;
      return this.execute(before, [{ line: line.line, failure: error }], origin);
    }
  }

  async #store(
    before: ImportProgress,
    read: readonly (Candidate | ImportFailure)[],
    origin: RequestOrigin,
    now: Date,
  ): Promise<ImportProgress> {
    return this.unitOfWork.run(async (tx) => {
      const candidates = read.filter((each) => 'user' in each);
      const refused = await refusals(tx, candidates);
      const accepted = candidates.filter(({ line }) => !refused.has(line));
      for (const candidate of accepted) store(tx, candidate, origin, now);
      const failures = [
        ...read.filter((each) => 'code' in each),
        ...[...refused].map(([line, error]) => failureOf(line, error)),
      ];
      const progress = {
        digest: before.digest,
        lines: read.at(-1)?.line ?? before.lines,
        imported: before.imported + accepted.length,
        failed: before.failed + failures.length,
      };
      tx.imports.record(progress, failures, now);
      return progress;
    });
  }

  #read(line: ImportLine, now: Date): Candidate | ImportFailure {
    try {
      if ('failure' in line) throw line.failure;
      return this.#candidate(line.line, line.account, now);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return failureOf(line.line, error);
    }
  }

  #candidate(line: number, account: ImportedAccount, now: Date): Candidate {
    const createdAt = account.createdAt ?? now;
    if (createdAt > now) throw DomainError.invalid('invalid-created-at', 'createdAt lies ahead');
    const identifiers = [
      ...(account.emailVerified ? this.#reachable(account.email, 'email') : []),
      ...(account.phoneVerified ? this.#reachable(account.phone, 'phone') : []),
      ...(account.username === null ? [] : [this.identifiers.parseUsername(account.username)]),
    ].map((identifier) => ({ id: this.ids.next(), identifier, verifiedAt: createdAt }));
    if (!identifiers.some(({ identifier }) => identifier.isReachable)) {
      throw DomainError.invalid(
        'not-verified',
        'neither an email address nor a phone number that is verified',
      );
    }
    const user = User.restore({
      id: this.ids.next(),
      status: 'active',
      profile: { displayName: account.displayName, locale: account.locale },
      roles: account.roles,
      identifiers,
      createdAt,
      updatedAt: now,
      deletedAt: null,
      lockedUntil: null,
    });
    return { line, user, passwordHash: this.#hash(account.passwordHash), externalId: account.externalId };
  }

  #reachable(typed: string | null, kind: ReachableKind): readonly Identifier[] {
    if (typed === null) return [];
    const identifier = this.identifiers.parse(typed);
    if (identifier.kind !== kind)
      throw DomainError.invalid(`invalid-${kind}`, `not of the form of a ${kind}`);
    return [identifier];
  }

  #hash(encoded: string | null): PasswordHash | null {
    if (encoded === null) return null;
    const hash = PasswordHash.of(encoded);
    if (!this.hasher.supports(hash)) throw unsupportedPasswordHash();
    return hash;
  }
}

/** Lines that name a role that is not there, or an identifier that somebody holds or an earlier line has. */
async function refusals(
  { roles, imports }: ImportTx,
  candidates: readonly Candidate[],
): Promise<Map<number, DomainError>> {
  const names = [...new Set(candidates.flatMap(({ user }) => user.state.roles))].sort();
  const known = new Set(names.length === 0 ? [] : (await roles.hold(names)).map(({ name }) => name));
  const claimed = candidates.flatMap(({ user }) => user.identifiers.map(({ identifier }) => identifier));
  const taken = new Set((await imports.held(claimed)).map(keyOf));
  const refused = new Map<number, DomainError>();
  for (const { line, user } of candidates) {
    const keys = user.identifiers.map(({ identifier }) => keyOf(identifier));
    if (!user.state.roles.every((role) => known.has(role))) refused.set(line, unknownRole());
    else if (keys.some((key) => taken.has(key))) refused.set(line, identifierHeld());
    else for (const key of keys) taken.add(key);
  }
  return refused;
}

function store(
  tx: ImportTx,
  { user, passwordHash, externalId }: Candidate,
  origin: RequestOrigin,
  now: Date,
): void {
  tx.accounts.insert(user);
  if (passwordHash) tx.passwords.set(user.id, passwordHash, now);
  tx.audit.append({
    action: 'user.imported',
    result: 'success',
    occurredAt: now,
    origin,
    userId: user.id,
    metadata: {
      password: passwordHash?.scheme ?? 'none',
      roles: user.state.roles.join(','),
      ...(externalId !== null && { externalId }),
    },
  });
}

const keyOf = ({ kind, value }: Identifier): string => `${kind} ${value}`;

const failureOf = (line: number, { code, message }: DomainError): ImportFailure => ({ line, code, message });

const unknownRole = (): DomainError => DomainError.invalid('unknown-role', 'a role that does not exist');

const identifierHeld = (): DomainError =>
  DomainError.conflict('identifier-taken', 'an identifier belongs to an account, or to an earlier line');
