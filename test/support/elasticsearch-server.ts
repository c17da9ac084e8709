import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { access, chown, cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './redis-server.js';

const VERSION = '8.19.21';
const NAME = `elasticsearch-${VERSION}`;
/** The distribution that Elastic's own integration tests run on: the server without most of its modules. */
const ADDRESS = `https://repo1.maven.org/maven2/org/elasticsearch/distribution/integ-test-zip/elasticsearch/${VERSION}/${NAME}.zip`;
const SHA512 =
  'cf6b0a93860d329937ae7f913ec5073b0c726c77639764b93fc83a304aa1dd9d4defcfa2849948eea3b0b47c2065f994908603939fc2a4774c9c4d868c5ec1dd';
/** Milliseconds, only to end what would wait for ever. */
const DOWNLOAD_TIMEOUT = 120_000;
const START_TIMEOUT = 90_000;

const run = promisify(execFile);

/** `nobody`, by Debian's numbers: Elasticsearch refuses to run as root. */
const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

export type Found = { readonly url: string; readonly name: string } | { readonly missing: string };

/** Starts one that outlives this process: the run's global teardown ends it. Leaves in the folder what it found. */
export async function startElasticsearch(folder: string): Promise<Found> {
  const found = await start(folder).catch(({ message }: Error): Found => ({ missing: message }));
  await writeFile(join(folder, 'found.json'), JSON.stringify(found));
  return found;
}

async function start(folder: string): Promise<Found> {
  const java = await javaHome();
  const home = await distribution();
  const config = join(folder, 'config');
  await cp(join(home, 'config'), config, { recursive: true });
  const [port, transportPort] = [await freePort(), await freePort()];
  await writeFile(
    join(config, 'elasticsearch.yml'),
    [
      'discovery.type: single-node',
      'xpack.security.enabled: false',
      'network.host: 127.0.0.1',
      `http.port: ${port}`,
      `transport.port: ${transportPort}`,
      `path.data: ${join(folder, 'data')}`,
      `path.logs: ${join(folder, 'logs')}`,
      // A full disk is somebody else's problem.
      'cluster.routing.allocation.disk.threshold_enabled: false',
    ].join('\n'),
  );
  if (isRoot) await run('chown', ['-R', `${NOBODY}:${NOBODY}`, folder]);

  const [command, ...args] = [
    ...(isRoot ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : []),
    join(home, 'bin/elasticsearch'),
  ];
  const log = join(folder, 'output');
  await writeFile(log, '');
  if (isRoot) await chown(log, NOBODY, NOBODY);
  const child = spawn('sh', ['-c', `exec "$0" "$@" >'${log}' 2>&1`, command, ...args], {
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      ES_PATH_CONF: config,
      ES_JAVA_HOME: java,
      // Two seconds sooner there, and fast enough for what it is asked.
      ES_JAVA_OPTS: '-Xms512m -Xmx512m -XX:TieredStopAtLevel=1',
    },
  });
  child.unref();
  await writeFile(join(folder, 'pid'), String(child.pid));
  const url = `http://127.0.0.1:${port}`;
  for (const end = performance.now() + START_TIMEOUT; performance.now() < end; await setTimeout(100)) {
    const answered = await fetch(`${url}/_cluster/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answered) return { url, name: `Elasticsearch ${VERSION} from Maven Central` };
    if (child.exitCode !== null) break;
  }
  child.kill();
  throw new Error(`Elasticsearch did not start: ${(await readFile(log, 'utf8')).slice(-500)}`);
}

/** Java 17 or newer. */
async function javaHome(): Promise<string> {
  const java = process.env['JAVA_HOME'] ? join(process.env['JAVA_HOME'], 'bin/java') : 'java';
  const { stderr } = await run(java, ['-XshowSettings:properties', '-version']).catch(() => {
    throw new Error('there is no Java');
  });
  const property = (name: string) => new RegExp(`^ *${name} = (.*)$`, 'm').exec(stderr)?.[1] ?? '';
  const version = property('java.specification.version');
  if (Number(version) < 17) throw new Error(`Java ${version} is too old`);
  return property('java.home');
}

/** Unpacked once for all runs of this machine, where whoever runs it can read it and nobody else can write. */
async function distribution(): Promise<string> {
  const cache = isRoot ? '/var/cache' : (process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'));
  const home = join(cache, 'gatehouse-tests', NAME);
  if (await exists(home)) return home;
  const draft = `${home}.${process.pid}`;
  await mkdir(draft, { recursive: true });
  try {
    const archive = join(draft, 'archive.zip');
    await download(archive);
    await run('unzip', ['-q', archive, '-d', draft]).catch((cause: Error & { code?: string }) => {
      throw new Error(cause.code === 'ENOENT' ? 'there is no unzip' : cause.message, { cause });
    });
    if (isRoot) await run('chmod', ['-R', 'a+rX', draft]);
    await rename(join(draft, NAME), home);
    return home;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function download(archive: string): Promise<void> {
  const response = await fetch(ADDRESS, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT) }).catch(
    (cause: unknown) => {
      throw new Error('Maven Central cannot be reached', { cause });
    },
  );
  if (!response.ok || !response.body) throw new Error(`Maven Central answers ${response.status}`);
  await pipeline(Readable.fromWeb(response.body), createWriteStream(archive));
  const hash = createHash('sha512');
  await pipeline(createReadStream(archive), hash);
  if (hash.digest('hex') !== SHA512) throw new Error('what Maven Central sent is not what was expected');
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
