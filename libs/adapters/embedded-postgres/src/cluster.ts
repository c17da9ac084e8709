import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { EmbeddedDatabaseError } from './embedded-database-error.js';
import { POSTGRES_MAJOR, type PostgresBinaries } from './postgres-binaries.js';
import { isAlive } from './processes.js';
import { asService, type Command, type ServiceAccount } from './service-account.js';

export const SUPERUSER = 'postgres';

interface ClusterSecrets {
  readonly superuserPassword: string;
  readonly password: string;
  /** Where it listened last time, so that a saved connection in someone's tool goes on working. */
  readonly port?: number;
}

/**
 * The database's files: `data`, owned by whoever PostgreSQL runs as, and `cluster.json` with its passwords,
 * readable by us alone. Both appear in one rename, so a cluster exists with its passwords or not at all.
 */
export class Cluster {
  private constructor(
    private readonly folder: string,
    private secrets: ClusterSecrets,
  ) {}

  static async open(folder: string): Promise<Cluster | undefined> {
    const data = join(folder, 'data');
    const version = await readFile(join(data, 'PG_VERSION'), 'utf8').catch(nothingWhenAbsent(folder));
    if (version === undefined) return undefined;
    if (Number(version) !== POSTGRES_MAJOR) {
      throw new EmbeddedDatabaseError(
        `${data} belongs to PostgreSQL ${version.trim()}, and this Gatehouse brings PostgreSQL ${POSTGRES_MAJOR}. ` +
          'Start it with the Gatehouse that made it, or move it over with pg_dump.',
      );
    }
    const secrets = await readFile(join(folder, 'cluster.json'), 'utf8').catch(nothingWhenAbsent(folder));
    if (secrets === undefined) {
      throw new EmbeddedDatabaseError(
        `${folder} has lost its cluster.json, which holds the database's passwords. Restore it from a backup.`,
      );
    }
    return new Cluster(folder, JSON.parse(secrets) as ClusterSecrets);
  }

  static async create(
    folder: string,
    binaries: PostgresBinaries,
    account: ServiceAccount | undefined,
  ): Promise<Cluster> {
    await removeAbandoned(folder);
    const staging = `${folder}.new-${process.pid}`;
    const data = join(staging, 'data');
    const passwordFile = join(staging, 'superuser-password');
    const secrets: ClusterSecrets = { superuserPassword: randomPassword(), password: randomPassword() };
    try {
      await mkdir(data, { recursive: true, mode: 0o711 });
      await writeSecret(passwordFile, secrets.superuserPassword);
      if (account) {
        await chown(data, account.uid, account.gid);
        await chown(passwordFile, account.uid, account.gid);
      }
      const command = asService(account, [binaries.initdb, data], binaries.initdb, [
        `--pgdata=${data}`,
        `--username=${SUPERUSER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
      ]);
      await run(command);
      await rm(passwordFile);
      await writeSecret(join(staging, 'cluster.json'), JSON.stringify(secrets));
      await moveIntoPlace(staging, folder);
      return new Cluster(folder, secrets);
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  }

  get data(): string {
    return join(this.folder, 'data');
  }

  get lastPort(): number | undefined {
    return this.secrets.port;
  }

  get superuserPassword(): string {
    return this.secrets.superuserPassword;
  }

  get password(): string {
    return this.secrets.password;
  }

  async rememberPort(port: number): Promise<void> {
    if (this.secrets.port === port) return;
    this.secrets = { ...this.secrets, port };
    const file = join(this.folder, 'cluster.json');
    await writeSecret(`${file}.new`, JSON.stringify(this.secrets));
    await rename(`${file}.new`, file);
  }
}

async function run(command: Command): Promise<void> {
  const child = spawn(command.file, command.args, {
    ...command.identity,
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said, outcome] = await Promise.all([
    text(child.stderr),
    new Promise<number | Error | null>((settle) => child.on('close', settle).on('error', settle)),
  ]);
  if (outcome === 0) return;
  throw new EmbeddedDatabaseError(
    `The database could not be created:\n${outcome instanceof Error ? outcome.message : said.trim()}`,
  );
}

/** An empty folder, such as a volume mounted there, is replaced; one that another start has just filled is not. */
async function moveIntoPlace(staging: string, folder: string): Promise<void> {
  try {
    await rename(staging, folder);
  } catch (cause) {
    throw new EmbeddedDatabaseError(`${folder} is being set up by another Gatehouse, or holds other files.`, {
      cause,
    });
  }
}

const randomPassword = (): string => randomBytes(24).toString('base64url');

const writeSecret = (file: string, content: string): Promise<void> =>
  writeFile(file, content, { mode: 0o600, flush: true });

/** What a start that was killed half-way through creating the cluster left behind. */
async function removeAbandoned(folder: string): Promise<void> {
  const prefix = `${basename(folder)}.new-`;
  for (const name of await readdir(dirname(folder))) {
    if (name.startsWith(prefix) && !isAlive(Number(name.slice(prefix.length)))) {
      await rm(join(dirname(folder), name), { recursive: true, force: true });
    }
  }
}

function nothingWhenAbsent(folder: string): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (error.code === 'ENOENT') return undefined;
    if (error.code !== 'EACCES') throw error;
    throw new EmbeddedDatabaseError(
      `${folder} belongs to another user. Start Gatehouse as that user, or choose another DATA_DIR.`,
      { cause: error },
    );
  };
}
