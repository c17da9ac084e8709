import { EmbeddedDatabaseError } from '#adapters/embedded-postgres';
import { DomainError } from '#domain/kernel';
import { ConfigError } from './config/index.js';

/** What went wrong, for the person at the terminal: a sentence where the cause is known, else the whole error. */
export function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof EmbeddedDatabaseError) return error.message;
  if (error instanceof DomainError) return [error.message, ...causesOf(error)].join(': ');
  if (!(error instanceof Error)) return String(error);
  const { code, port, address, path } = error as NodeJS.ErrnoException & { port?: number; address?: string };
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${address} is taken by another program. Stop it, or choose another with PORT=...`;
    case 'EADDRNOTAVAIL':
      return `This machine has no address ${address}. Choose another with HOST=...`;
    case 'EACCES':
      return port === undefined
        ? `No permission for ${path}. Make it writable, or choose another folder with DATA_DIR=...`
        : `No permission to listen on port ${port}. Choose one above 1023 with PORT=...`;
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
