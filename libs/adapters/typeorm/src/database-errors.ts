import { isNativeError } from 'node:util/types';
import { DomainError } from '#domain/kernel';
import { roleExists } from '#domain/access';
import { identifierTaken } from '#domain/identity';

const UNIQUE_VIOLATION = '23505';
/** Seconds; a restarting PostgreSQL is usually back within two. */
const RETRY_AFTER = 2;

/**
 * SQLSTATE classes and codes that say "not now" rather than "never": connection exceptions, insufficient
 * resources, operator intervention (shutdown, statement timeout), deadlock, serialization, lock timeout, and
 * a database that is read-only because it is a standby being promoted.
 */
const TRANSIENT = /^(08|53|57|40001$|40P01$|55P03$|25006$)/;
const SOCKET_ERRORS = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);
/** node-postgres reports these with no code. */
const CLIENT_ERRORS =
  /^(Connection terminated|received invalid response|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end)/;

/** An error that the server reported leaves the connection usable; any other leaves it in doubt. */
export const isServerError = (error: Error): boolean =>
  'severity' in error && !/^(FATAL|PANIC)$/.test(String(error.severity));

/** Whether it is unknown what became of the transaction: the connection went before its last answer. */
export const isInDoubt = (error: unknown): boolean =>
  error instanceof DomainError &&
  error.kind === 'unavailable' &&
  !(isNativeError(error.cause) && isServerError(error.cause));

/** Leaves domain errors and errors of our own making as they are. */
export function translateDatabaseError(error: unknown): unknown {
  if (error instanceof DomainError || !isNativeError(error)) return error;
  const { code, constraint } = error as Error & { code?: string; constraint?: string };
  if (code === UNIQUE_VIOLATION && constraint === 'user_identifiers_pkey') return identifierTaken();
  if (code === UNIQUE_VIOLATION && constraint === 'roles_pkey') return roleExists();
  const transient =
    code === undefined ? CLIENT_ERRORS.test(error.message) : TRANSIENT.test(code) || SOCKET_ERRORS.has(code);
  return transient ? databaseUnavailable(error) : error;
}

export const databaseUnavailable = (cause?: Error): DomainError =>
  DomainError.unavailable('database-unavailable', 'The database is unavailable', RETRY_AFTER, cause);
