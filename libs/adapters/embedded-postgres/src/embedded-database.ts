import { access, constants, mkdir, realpath } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Secret } from '#domain/kernel';
import { Cluster, SUPERUSER } from './cluster.js';
import { EmbeddedDatabaseError } from './embedded-database-error.js';
import { DATABASE, Guard, ROLE } from './guard.js';
import { locateBinaries } from './postgres-binaries.js';
import { Postmaster, StartFailure, findRunning } from './postmaster.js';
import { asService, serviceAccount, type Command, type ServiceAccount } from './service-account.js';
import { DEFAULT_SETTINGS, type PostgresSettings } from './settings.js';

const RETRY_MS = 100;
const TAKE_OVER_MS = 20_000;
const RECOVERY_PAUSE_MS = 200;

export interface EmbeddedDatabaseOptions {
  /** Gatehouse's data folder, made when absent; the database keeps to its `postgres` folder. */
  readonly dataDir: string;
  /** Without it: the port of the last time, else any free one. */
  readonly port?: number;
  /** Over the defaults of `settings.ts`. */
  readonly settings?: PostgresSettings;
  readonly log: (line: string) => void;
  readonly onProgress?: (step: string) => void;
}

/**
 * PostgreSQL from npm, run as a child process on loopback with its data kept between runs.
 *
 * A folder serves one Gatehouse at a time. A server that a killed Gatehouse left running is stopped and started
 * anew; a server that dies under a live Gatehouse is started again on the same port.
 */
export class EmbeddedDatabase {
  #postmaster!: Postmaster;
  #guard!: Guard;
  #port!: number;
  #stopping = false;
  #watch: Promise<void> | undefined;
  #recovering: Promise<void> | undefined;

  private constructor(
    private readonly cluster: Cluster,
    private readonly account: ServiceAccount | undefined,
    private readonly options: EmbeddedDatabaseOptions,
  ) {}

  static async start(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
    const { log, onProgress } = options;
    const folder = join(await writableFolder(options.dataDir), 'postgres');
    let cluster = await Cluster.open(folder);
    const account = serviceAccount(cluster?.data);
    if (!cluster) {
      onProgress?.('Creating the database');
      cluster = await Cluster.create(folder, locateBinaries(), account);
    }
    onProgress?.('Starting PostgreSQL');
    await stopOrphan(cluster, log);
    const database = new EmbeddedDatabase(cluster, account, options);
    await database.#launch();
    database.#watch = database.#keepRunning();
    return database;
  }

  /** The database that a running Gatehouse keeps in the folder, for a command beside it; undefined when none runs. */
  static async urlOfRunning(dataDir: string): Promise<Secret | undefined> {
    // Resolved as it was for the server, which is recognised by the path that it was started with.
    const folder = await realpath(dataDir).catch(() => undefined);
    const cluster = folder === undefined ? undefined : await Cluster.open(join(folder, 'postgres'));
    const running = cluster && (await findRunning(cluster.data));
    if (!running || !(await Guard.isHeld(cluster, running.port).catch(() => false))) return undefined;
    return databaseUrl(ROLE, cluster.password, running.port, DATABASE);
  }

  /** For the service: its role owns its database and nothing else. */
  get url(): Secret {
    return databaseUrl(ROLE, this.cluster.password, this.#port, DATABASE);
  }

  /** For whoever looks after the server itself: tests that make their own databases, an operator's psql. */
  get superuserUrl(): Secret {
    return databaseUrl(SUPERUSER, this.cluster.superuserPassword, this.#port, 'postgres');
  }

  /** Ends every session and shuts down; what was committed is on disk when it resolves. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#recovering;
    await this.#guard.release();
    await this.#postmaster.stop();
    await this.#watch;
  }

  async #launch(fixedPort = this.options.port): Promise<void> {
    const { cluster, options } = this;
    const deadline = Date.now() + TAKE_OVER_MS;
    for (;;) {
      this.#port = fixedPort ?? (await freePort(cluster.lastPort));
      try {
        this.#postmaster = await Postmaster.launch(this.#command(), options.log);
        break;
      } catch (error) {
        if (!(error instanceof StartFailure)) throw error;
        const passing = error.folderBusy || (error.portTaken && fixedPort === undefined);
        if (!passing || Date.now() > deadline) throw explain(error, cluster, this.#port);
        await delay(RETRY_MS);
        await stopOrphan(cluster, options.log);
      }
    }
    try {
      this.#guard = await this.#acquireGuard();
      await this.#guard.ensureDatabase(cluster.password);
      await cluster.rememberPort(this.#port);
    } catch (error) {
      await this.#postmaster.stop();
      throw error;
    }
  }

  async #acquireGuard(): Promise<Guard> {
    try {
      const guard = await Guard.acquire(this.cluster, this.#port);
      if (guard) return guard;
    } catch (cause) {
      // Of several that start at once, one may take another's server, not yet guarded, for an orphan and stop it.
      throw inUse(this.cluster, cause);
    }
    throw inUse(this.cluster);
  }

  async #keepRunning(): Promise<void> {
    for (;;) {
      await Promise.race([this.#postmaster.ended, this.#guard.lost]);
      if (this.#stopping) return;
      this.#recovering = this.#recover();
      await this.#recovering;
    }
  }

  /**
   * When one of its processes crashes, PostgreSQL ends every session, the guard's too, and recovers by itself. When
   * it ends altogether it is started again, on the same port because the service's pool goes on asking there.
   */
  async #recover(): Promise<void> {
    while (!this.#stopping) {
      try {
        if (this.#postmaster.running) {
          this.#guard = await this.#acquireGuard();
        } else {
          this.options.log('PostgreSQL ended unexpectedly; starting it again');
          await this.#launch(this.#port);
        }
        return;
      } catch (error) {
        this.options.log(String(error));
        await delay(RECOVERY_PAUSE_MS);
      }
    }
  }

  #command(): Command {
    const { postgres } = locateBinaries();
    const { data } = this.cluster;
    const settings = { ...DEFAULT_SETTINGS, ...this.options.settings, port: String(this.#port) };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    return asService(this.account, [postgres, data], postgres, ['-D', data, ...flags]);
  }
}

const databaseUrl = (user: string, password: string, port: number, database: string): Secret =>
  new Secret(`postgres://${user}:${password}@127.0.0.1:${port}/${database}`);

async function writableFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true, mode: 0o711 });
    await access(path, constants.W_OK | constants.X_OK);
    return await realpath(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new EmbeddedDatabaseError(
      `The data folder ${path} is not writable (${code}). Make it so, or choose another with DATA_DIR.`,
      { cause },
    );
  }
}

/** Stops a server that nobody guards, and waits until it has gone. Refuses when a live Gatehouse guards it. */
async function stopOrphan(cluster: Cluster, log: (line: string) => void): Promise<void> {
  const deadline = Date.now() + TAKE_OVER_MS;
  for (let running; (running = await findRunning(cluster.data)); await delay(RETRY_MS)) {
    // One that is starting up or shutting down does not answer; soon it will, or it will be gone.
    const guard = await Guard.acquire(cluster, running.port).catch(() => 'no answer' as const);
    if (!guard) throw inUse(cluster);
    if (guard !== 'no answer') {
      log(`Stopping the PostgreSQL that an earlier Gatehouse left running (process ${running.pid})`);
      await guard.release();
      process.kill(running.pid, 'SIGINT');
    } else if (Date.now() > deadline) {
      throw new EmbeddedDatabaseError(
        `A PostgreSQL (process ${running.pid}) has ${cluster.data} open and does not answer. Stop it first.`,
      );
    }
  }
}

function explain(failure: StartFailure, cluster: Cluster, port: number): EmbeddedDatabaseError {
  if (failure.folderBusy) return inUse(cluster);
  return new EmbeddedDatabaseError(
    failure.portTaken
      ? `Port ${port}, meant for the embedded PostgreSQL, is taken by another program.`
      : `PostgreSQL did not start:\n${failure.message}`,
    { cause: failure },
  );
}

const inUse = (cluster: Cluster, cause?: unknown): EmbeddedDatabaseError =>
  new EmbeddedDatabaseError(
    `${cluster.data} is in use by another running Gatehouse. Stop that one, or choose another DATA_DIR.`,
    { cause },
  );

/** `preferred` where it is free, else one that the system picks. */
async function freePort(preferred = 0): Promise<number> {
  const server = createServer();
  const port = await new Promise<number | undefined>((resolve) => {
    server.once('error', () => resolve(undefined));
    server.listen(preferred, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  if (port === undefined) return freePort();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
