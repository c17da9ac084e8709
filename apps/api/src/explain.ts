import { isNativeError } from 'node:util/types';
import { EmbeddedDatabaseError } from '#adapters/embedded-postgres';
import { DomainError } from '#domain/kernel';
import { ConfigError } from './config/index.js';

interface ListenError extends NodeJS.ErrnoException {
  readonly port?: number;
  readonly address?: string;
  /** What the names of the settings begin with that say where to listen. */
  readonly settings?: string;
}

/** What went wrong, for the person at the terminal: a sentence where the cause is known, else the whole error. */
export function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof EmbeddedDatabaseError) return error.message;
  if (error instanceof DomainError) return [error.message, ...causesOf(error)].join(': ');
  if (!isNativeError(error)) return String(error);
  const { code, port, address, path, settings = '' } = error as ListenError;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${address} is taken by another program. Stop it, or choose another with ${settings}PORT=...`;
    case 'EADDRNOTAVAIL':
      return `This machine has no address ${address}. Choose another with ${settings}HOST=...`;
    case 'EACCES':
      return port === undefined
        ? `No permission for ${path}. Make it writable, or choose another folder with DATA_DIR=...`
        : `No permission to listen on port ${port}. Choose one above 1023 with ${settings}PORT=...`;
    case 'EROFS':
      return `${path} is on a read-only file system. Choose another folder with DATA_DIR=...`;
    case 'ECONNREFUSED':
    case 'ENOTFOUND':
    case 'ETIMEDOUT':
      return `The database does not answer (${code}). Check DATABASE_URL, or leave it out to use the embedded one.`;
    default:
      return error.stack ?? error.message;
  }
}

const causesOf = ({ cause }: DomainError): string[] => (cause instanceof Error ? [cause.message] : []);
