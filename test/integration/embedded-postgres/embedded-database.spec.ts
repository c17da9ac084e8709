import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { EmbeddedDatabase, EmbeddedDatabaseError } from '#adapters/embedded-postgres';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
const here = dirname(fileURLToPath(import.meta.url));

describe('The embedded PostgreSQL', () => {
  let dataDir: string;
  let log: string[] = [];
  let database: EmbeddedDatabase | undefined;
  const children: ChildProcess[] = [];

  const cluster = (file: string) => join(dataDir, 'postgres', file);

  const start = async (options: { port?: number } = {}) => {
    log = [];
    database = await EmbeddedDatabase.start({ dataDir, log: (line) => log.push(line), ...options });
    return database;
  };

  /** A Gatehouse in a process of its own; `answer` is its database's URL, or why it did not start. */
  const startElsewhere = async (folder = dataDir, options: { uid?: number; PATH?: string } = {}) => {
    const child = spawn(
      process.execPath,
      ['--import', join(here, '../../support/typescript-loader.mjs'), join(here, 'run-database.ts'), folder],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, PATH: options.PATH ?? process.env['PATH'] },
        ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
      },
    );
    children.push(child);
    const [answer] = (await once(createInterface(child.stdout), 'line')) as [string];
    return { child, answer };
  };

  const query = async <Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> => {
    const client = new pg.Client(url);
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  };

  const notes = (url: string) => query<{ text: string }>(url, 'SELECT text FROM notes ORDER BY text');

  const postmasterPid = async () =>
    Number((await readFile(cluster('data/postmaster.pid'), 'utf8')).split('\n')[0]);

  beforeAll(async () => {
    // mkdtemp closes the folder to everyone else, as root's home is: the service account has to get past it.
    dataDir = await mkdtemp(join(tmpdir(), 'gatehouse embedded '));
    const { url } = await start();
    await query(url.expose(), `CREATE TABLE notes (text text); INSERT INTO notes VALUES ('kept')`);
    await database?.stop();
  });

  afterEach(async () => {
    await database?.stop();
    database = undefined;
    for (const child of children.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
    }
  });

  afterAll(async () => {
    await rm(dataDir, { recursive: true, force: true });
  });

  it('is found by a command beside it, under any path to the folder, and only while it runs', async () => {
    const running = async (folder = dataDir) => (await EmbeddedDatabase.urlOfRunning(folder))?.expose();
    const link = `${dataDir}-link`;
    await symlink(dataDir, link);
    expect(await running()).toBeUndefined();
    const { answer } = await startElsewhere();
    expect([await running(), await running(link)]).toEqual([answer, answer]);
    expect(await notes(answer)).toEqual([{ text: 'kept' }]);
    await rm(link);
    expect(await running(join(dataDir, 'nowhere'))).toBeUndefined();
  });

  it('is not joined while no Gatehouse guards it', async () => {
    const { child } = await startElsewhere();
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await EmbeddedDatabase.urlOfRunning(dataDir)).toBeUndefined();
  });

  it('keeps data and port between runs', async () => {
    const { url } = await start();
    const before = url.expose();
    await database?.stop();
    const after = (await start()).url.expose();

    expect(after).toBe(before);
    expect(await notes(after)).toEqual([{ text: 'kept' }]);
  });

  it('serves on loopback alone, under a role without special rights, its passwords unreadable to others', async () => {
    const { url } = await start();

    expect(
      await query(
        url.expose(),
        `SELECT current_setting('listen_addresses') AS listens, rolsuper, rolcreaterole, rolcreatedb
           FROM pg_roles WHERE rolname = current_user`,
      ),
    ).toEqual([{ listens: '127.0.0.1', rolsuper: false, rolcreaterole: false, rolcreatedb: false }]);
    expect((await stat(cluster('cluster.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(cluster('data'))).mode & 0o777).toBe(0o700);
  });

  it('never writes the text of a failed statement, which may hold identifiers, to the log', async () => {
    const { url } = await start();

    await expect(query(url.expose(), `SELECT 'someone@example.com'::int`)).rejects.toThrow();
    await database?.stop();

    expect(log.join('\n')).not.toContain('someone@example.com');
  });

  it('comes back on the same port, with every commit, when the server is killed under a live Gatehouse', async () => {
    const url = (await start()).url.expose();
    await query(url, `INSERT INTO notes VALUES ('killed')`);

    process.kill(await postmasterPid(), 'SIGKILL');

    let rows: { text: string }[] = [];
    for (const deadline = Date.now() + 5_000; Date.now() < deadline && rows.length === 0;) {
      rows = await notes(url).catch(() => []);
    }
    expect(rows).toEqual([{ text: 'kept' }, { text: 'killed' }]);
    await query(url, `DELETE FROM notes WHERE text = 'killed'`);
  });

  it("stays guarded after one of the server's processes crashed", async () => {
    const { superuserUrl } = await start();
    const guards = () =>
      query<{ pid: number }>(
        superuserUrl.expose(),
        `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted`,
      ).catch(() => []);
    const [guard] = await guards();

    process.kill(guard?.pid ?? 0, 'SIGKILL');

    let again: { pid: number }[] = [];
    while (again.length === 0 || again[0]?.pid === guard?.pid) again = await guards();
    expect((await startElsewhere()).answer).toMatch(/in use by another running Gatehouse/);
  });

  it.each([
    ['the kernel shutting the server down with it', process.env['PATH'] ?? ''],
    ['the server left running, as where there is no setpriv', '/nowhere'],
  ])('starts again after Gatehouse was killed outright, %s', async (_how, PATH) => {
    // A folder that the service account reaches without help.
    await chmod(dataDir, 0o711);
    const { child, answer } = await startElsewhere(dataDir, { PATH });
    const pid = await postmasterPid();
    await query(answer, `INSERT INTO notes VALUES ('acknowledged')`);

    child.kill('SIGKILL');
    await once(child, 'exit');
    const url = (await start()).url.expose();

    expect(url).toBe(answer);
    expect(await postmasterPid()).not.toBe(pid);
    expect(await notes(url)).toEqual([{ text: 'acknowledged' }, { text: 'kept' }]);
    await query(url, `DELETE FROM notes WHERE text = 'acknowledged'`);
  });

  it("starts over a killed server's pid file though that pid is another program's by now", async () => {
    const other = spawn('sleep', ['60'], isRoot ? await ownerOf(cluster('data')) : {});
    children.push(other);
    await writeFile(cluster('data/postmaster.pid'), `${other.pid}\n${cluster('data')}\n0\n1\n\n127.0.0.1\n`);

    expect(await notes((await start()).url.expose())).toEqual([{ text: 'kept' }]);
    expect(other.exitCode).toBeNull();
  });

  it('refuses a folder that another live Gatehouse uses, which goes on undisturbed', async () => {
    const { answer } = await startElsewhere();

    await expect(start()).rejects.toThrow(/in use by another running Gatehouse/);
    expect(await notes(answer)).toEqual([{ text: 'kept' }]);
  });

  it('lets one of several that start at once have the folder', async () => {
    const answers = (await Promise.all([1, 2, 3].map(() => startElsewhere()))).map(({ answer }) => answer);

    expect(answers.filter((answer) => answer.startsWith('postgres://'))).toHaveLength(1);
    expect(answers.join('\n')).toContain('in use by another running Gatehouse');
  });

  it('names a fixed port that is taken', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as { port: number };

    await expect(start({ port })).rejects.toThrow(
      `Port ${port}, meant for the embedded PostgreSQL, is taken by another program.`,
    );
    squatter.close();
  });

  it('names a data folder that is not writable', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-closed-'));
    await chmod(folder, 0o555);

    const { answer } = await startElsewhere(folder, isRoot ? { uid: NOBODY } : {});

    expect(answer).toBe(
      `EmbeddedDatabaseError: The data folder ${folder} is not writable (EACCES). ` +
        'Make it so, or choose another with DATA_DIR.',
    );
    await rm(folder, { recursive: true });
  });

  it('runs for a normal user', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-user-'));
    if (isRoot) await chown(folder, NOBODY, NOBODY);

    const { answer } = await startElsewhere(folder, isRoot ? { uid: NOBODY } : {});

    expect(await query(answer, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await rm(folder, { recursive: true });
  });

  it('refuses the files of another PostgreSQL major', async () => {
    await writeFile(cluster('data/PG_VERSION'), '19\n');

    await expect(start()).rejects.toThrow(
      /belongs to PostgreSQL 19, and this Gatehouse brings PostgreSQL 18/,
    );
    await writeFile(cluster('data/PG_VERSION'), '18\n');
  });

  it('says that the passwords are lost rather than making a new database over the old one', async () => {
    await rename(cluster('cluster.json'), cluster('cluster.away'));

    await expect(start()).rejects.toThrow(EmbeddedDatabaseError);
    await rename(cluster('cluster.away'), cluster('cluster.json'));
    expect(await notes((await start()).url.expose())).toEqual([{ text: 'kept' }]);
  });
});

async function ownerOf(path: string): Promise<{ uid: number; gid: number }> {
  const { uid, gid } = await stat(path);
  return { uid, gid };
}
