export interface RedisHost {
  readonly host: string;
  readonly port: number;
}

/** Where Redis is and how to get in, read from one setting. */
export interface RedisTarget {
  readonly topology: 'single' | 'sentinel' | 'cluster';
  readonly tls: boolean;
  readonly hosts: readonly [RedisHost, ...RedisHost[]];
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number;
  /** The name that Sentinel knows the master by. */
  readonly masterName: string | undefined;
  /** For the Sentinels themselves; the other credentials are for the Redis behind them. */
  readonly sentinelUsername: string | undefined;
  readonly sentinelPassword: string | undefined;
}

const URL_FORM =
  /^(?<scheme>rediss?)(?:\+(?<topology>sentinel|cluster))?:\/\/(?:(?<credentials>[^@/?]*)@)?(?<hosts>[^@/?]+)(?:\/(?<path>[^/?]*))?(?:\?(?<query>.*))?$/;
const HOST_FORM = /^(?:\[(?<bracketed>[\da-f:.]+)\]|(?<plain>[^:[\]\s]+))(?::(?<port>\d{1,5}))?$/i;

const EXPECTED =
  'must be redis://[user:password@]host[:port][/db], ' +
  'redis+sentinel://[user:password@]host[:port],.../master[?db=&sentinelUsername=&sentinelPassword=] or ' +
  'redis+cluster://[user:password@]host[:port],...; rediss instead of redis for TLS; ' +
  'reserved characters in names and passwords percent-encoded';

/** Throws an error that says what was expected and nothing of what was given, because passwords are in it. */
export const parseRedisUrl = (url: string): RedisTarget => {
  const target = tryParse(url);
  if (!target) throw new Error(`The Redis URL ${EXPECTED}`);
  return target;
};

const tryParse = (url: string): RedisTarget | null => {
  const parts = URL_FORM.exec(url)?.groups;
  if (!parts) return null;
  const topology = (parts['topology'] ?? 'single') as RedisTarget['topology'];
  const hosts = parts['hosts']!.split(',').map((host) =>
    parseHost(host, topology === 'sentinel' ? 26_379 : 6_379),
  );
  const [first, ...others] = hosts.filter((host) => host !== null);
  if (!first || others.length + 1 < hosts.length || (topology === 'single' && others.length > 0)) return null;

  const path = decode(parts['path'] ?? '');
  const query = new URLSearchParams(parts['query']);
  const allowed = topology === 'sentinel' ? ['db', 'sentinelUsername', 'sentinelPassword'] : [];
  if ([...query.keys()].some((name) => !allowed.includes(name))) return null;
  const db = (topology === 'single' ? path : query.get('db')) || '0';
  const [username, password] = (parts['credentials'] ?? '').split(/:(.*)/s, 2).map(decode);
  const pathFits = { single: true, sentinel: !!path, cluster: path === '' }[topology];
  if (!pathFits || path === null || username === null || password === null || !/^\d{1,4}$/.test(db))
    return null;

  return {
    topology,
    tls: parts['scheme'] === 'rediss',
    hosts: [first, ...others],
    username: username || undefined,
    password: password || undefined,
    db: Number(db),
    masterName: topology === 'sentinel' ? path : undefined,
    sentinelUsername: query.get('sentinelUsername') ?? undefined,
    sentinelPassword: query.get('sentinelPassword') ?? undefined,
  };
};

const parseHost = (text: string, defaultPort: number): RedisHost | null => {
  const parts = HOST_FORM.exec(text)?.groups;
  const host = parts?.['bracketed'] ?? parts?.['plain'];
  const port = Number(parts?.['port'] ?? defaultPort);
  return host && port > 0 && port < 65_536 ? { host, port } : null;
};

const decode = (text: string): string | null => {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
};
