import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { parse } from 'yaml';

const run = promisify(execFile);
const docker = join(import.meta.dirname, '../../docker');
const read = (path: string): string => readFileSync(join(docker, path), 'utf8');

interface Service {
  readonly image?: string;
  readonly profiles?: readonly string[];
  readonly ports?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly disable?: true };
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

const compose = parse(read('compose.yaml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, object>>;
};
const services = Object.entries(compose.services);
const inProfile = (profile: string): string[] =>
  services.filter(([, { profiles }]) => profiles?.includes(profile)).map(([name]) => name);

describe('docker/compose.yaml', () => {
  it('watches with one profile, or with any part of it', () => {
    expect(inProfile('metrics')).toEqual(['prometheus', 'alertmanager', 'grafana']);
    expect(inProfile('elastic')).toEqual([
      'elasticsearch',
      'elasticsearch-accounts',
      'kibana',
      'elasticsearch-setup',
    ]);
    expect(inProfile('traces')).toEqual(['jaeger']);
    expect(inProfile('monitoring')).toEqual(['metrics', 'elastic', 'traces'].flatMap(inProfile));
  });

  it('lets none of what serves people wait for what watches it', () => {
    const watching = new Set(inProfile('monitoring'));
    for (const [name, { depends_on = {} }] of services) {
      if (watching.has(name)) continue;
      expect(Object.keys(depends_on).filter((needed) => watching.has(needed))).toEqual([]);
    }
  });

  it('waits for nothing that cannot say that it is there', () => {
    for (const { depends_on = {} } of Object.values(compose.services)) {
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        expect(condition).toMatch(/^service_(healthy|completed_successfully)$/);
        const { healthcheck } = compose.services[needed]!;
        if (condition === 'service_healthy') expect(healthcheck).toMatchObject({ test: expect.anything() });
      }
    }
  });

  it('publishes on loopback only, except where somebody says otherwise', () => {
    const ports = services.flatMap(([, { ports = [] }]) => ports);
    expect(ports.length).toBeGreaterThan(5);
    expect(ports.filter((port) => !/^(127\.0\.0\.1|\$\{HTTP_BIND:-127\.0\.0\.1\}):/.test(port))).toEqual([]);
  });

  it.each(services.filter(([name]) => !['postgres', 'redis'].includes(name)))(
    '%s runs without any capability, and gains none',
    (_name, { cap_drop, security_opt }) => {
      expect(cap_drop).toEqual(['ALL']);
      expect(security_opt).toEqual(['no-new-privileges:true']);
    },
  );

  it('names a version of each image, one for the whole of Elastic', () => {
    const images = services.flatMap(([, { image }]) => image ?? []);
    expect(images.filter((image) => image !== 'gatehouse' && !/:v?\d/.test(image))).toEqual([]);
    const elastic = images.filter((image) => image.startsWith('docker.elastic.co/'));
    expect(new Set(elastic.map((image) => image.split(':')[1])).size).toBe(1);
  });

  it('mounts what there is', () => {
    for (const volume of services.flatMap(([, { volumes = [] }]) => volumes)) {
      const [source = ''] = volume.split(':');
      if (source.startsWith('.')) expect([source, existsSync(join(docker, source))]).toEqual([source, true]);
      else expect(Object.keys(compose.volumes)).toContain(source);
    }
  });

  it('takes only what .env.example explains, and every line of that is taken', () => {
    const asked = [...read('compose.yaml').matchAll(/(?<!\$)\$\{(\w+)/g)].map(([, name]) => name);
    const explained = [...read('.env.example').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    expect([...new Set(explained)].sort()).toEqual([...new Set([...asked, 'COMPOSE_PROFILES'])].sort());
  });

  it('has no secret of its own: what is secret is empty in .env.example', () => {
    const secrets = [...read('.env.example').matchAll(/^\w*(?:PASSWORD|SECRET|KEY|TOKEN|_URL)=(.*)$/gm)];
    expect(
      secrets.map(([, value]) => value).filter((value) => !/^(https:\/\/id\.example\.com)?$/.test(value!)),
    ).toEqual([]);
  });
});

describe('docker compose', () => {
  it('takes the file, where there is such a command', async () => {
    const there = await run('docker', ['compose', 'version']).then(
      () => true,
      () => false,
    );
    if (!there) return;
    const needed = [...read('compose.yaml').matchAll(/\$\{(\w+):\?/g)].map(
      ([, name]) => [name!, 'x'] as const,
    );
    const args = [
      'compose',
      '--file',
      join(docker, 'compose.yaml'),
      '--profile',
      'monitoring',
      'config',
      '--quiet',
    ];
    const { stderr } = await run('docker', args, {
      env: { PATH: process.env['PATH'], ...Object.fromEntries(needed) },
    });
    expect(stderr).toBe('');
  });
});

describe("Alertmanager's start", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-alertmanager-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** The configuration that it starts with, and how it is started. */
  const start = async (env: Readonly<Record<string, string>>) => {
    const { stdout } = await run(
      'sh',
      [join(docker, 'alertmanager/start.sh'), 'echo', '--storage.path=/here'],
      {
        env: { PATH: process.env['PATH'], TMPDIR: folder, ...env },
      },
    );
    expect(stdout).toBe(`--storage.path=/here --config.file=${folder}/alertmanager.yml\n`);
    const config = parse(await readFile(join(folder, 'alertmanager.yml'), 'utf8')) as {
      readonly receivers: readonly object[];
    };
    expect(config).toMatchObject({ route: { receiver: 'operators' }, receivers: [{ name: 'operators' }] });
    return config.receivers[0];
  };

  it('tells nobody when nobody is named', async () => {
    expect(await start({ WEBHOOK_URL: '', EMAIL_TO: '' })).toEqual({ name: 'operators' });
  });

  it('tells a webhook and a mailbox, and keeps what is secret out of the configuration', async () => {
    const receiver = await start({
      WEBHOOK_URL: 'https://hooks.example.com/services/T0/secret?a=b&c',
      EMAIL_TO: 'ops@example.com',
      EMAIL_FROM: "Ada's Gatehouse <no-reply@example.com>",
      SMTP_SERVER: 'smtp.example.com:587',
      SMTP_USER: 'gatehouse',
      SMTP_PASSWORD: `it's "secret": $HOME #1`,
    });
    expect(receiver).toEqual({
      name: 'operators',
      webhook_configs: [{ url_file: join(folder, 'webhook-url') }],
      email_configs: [
        {
          to: 'ops@example.com',
          from: "Ada's Gatehouse <no-reply@example.com>",
          smarthost: 'smtp.example.com:587',
          send_resolved: true,
          auth_username: 'gatehouse',
          auth_password_file: join(folder, 'smtp-password'),
        },
      ],
    });
    expect(await readFile(join(folder, 'smtp-password'), 'utf8')).toBe(`it's "secret": $HOME #1`);
    expect(await readFile(join(folder, 'webhook-url'), 'utf8')).toBe(
      'https://hooks.example.com/services/T0/secret?a=b&c',
    );
  });

  it('says what is missing for mail', async () => {
    await expect(start({ EMAIL_TO: 'ops@example.com' })).rejects.toThrow(/needs ALERTMANAGER_SMTP_SERVER/);
  });
});

describe('The accounts for Elasticsearch', () => {
  const requests: { path: string; authorization: string; body: unknown }[] = [];
  let status = 200;
  const server = createServer(
    (request, response) =>
      void text(request).then((body) => {
        const { method, url, headers } = request;
        requests.push({
          path: `${method} ${url}`,
          authorization: headers.authorization ?? '',
          body: JSON.parse(body),
        });
        response.writeHead(status, { 'content-type': 'application/json' }).end('{"reason": "as scripted"}');
      }),
  );
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

  const make = (env: Readonly<Record<string, string>> = {}) =>
    run('bash', [join(docker, 'elasticsearch/accounts.sh')], {
      env: {
        PATH: process.env['PATH'],
        ELASTICSEARCH: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        ELASTIC_PASSWORD: 'e',
        KIBANA_PASSWORD: 'k',
        GATEHOUSE_PASSWORD: 'g',
        ...env,
      },
    });

  it('are one for Kibana and one for Gatehouse, which cannot read the logs', async () => {
    const { stdout, stderr } = await make();
    expect([stdout, stderr]).toEqual(['', '']);
    expect(requests.map(({ path }) => path)).toEqual([
      'POST /_security/user/kibana_system/_password',
      'PUT /_security/role/gatehouse',
      'PUT /_security/user/gatehouse',
    ]);
    expect(new Set(requests.map(({ authorization }) => authorization))).toEqual(
      new Set([`Basic ${btoa('elastic:e')}`]),
    );
    const [kibana, role, user] = requests.map(({ body }) => body);
    expect(kibana).toEqual({ password: 'k' });
    expect(user).toEqual({ password: 'g', roles: ['gatehouse'] });
    expect(role).toMatchObject({ indices: [{ names: ['auth-logs-*'] }] });
    expect(JSON.stringify(role)).not.toMatch(/"(all|read|superuser|manage_security)"/);
  });

  it('are not made from empty passwords, and a refusal is shown', async () => {
    await expect(make({ KIBANA_PASSWORD: '' })).rejects.toThrow(
      /KIBANA_PASSWORD: is empty: see docker\/\.env\.example/,
    );
    await expect(make({ GATEHOUSE_PASSWORD: '' })).rejects.toThrow(/ELASTICSEARCH_PASSWORD is empty/);
    status = 401;
    await expect(make()).rejects.toThrow(/401/);
  });
});
