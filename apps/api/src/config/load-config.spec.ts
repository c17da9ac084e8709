import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { DEFAULT_RISK_WEIGHTS } from '#domain/risk';
import { ConfigError, describeConfig, hasDevOutbox, loadConfig, type Config } from './index.js';
import { eachSetting } from './setting.js';
import { SETTINGS } from './settings.js';

describe('the configuration', () => {
  let cwd: string;
  beforeEach(() => void (cwd = mkdtempSync(join(tmpdir(), 'gatehouse-config-'))));
  afterEach(() => rmSync(cwd, { recursive: true }));

  const load = (env: Record<string, string> = {}): Config => loadConfig({ env, cwd });
  const yaml = (text: string, name = 'gatehouse.yaml'): void => writeFileSync(join(cwd, name), text);
  const mistakes = (env: Record<string, string> = {}): ConfigError => {
    try {
      load(env);
    } catch (error) {
      if (error instanceof ConfigError) return error;
      throw error;
    }
    throw new Error('The configuration was accepted');
  };

  it('needs nothing to be set', () => {
    const config = load();
    expect(config.http).toMatchObject({ host: '127.0.0.1', port: 3000, publicUrl: 'http://127.0.0.1:3000' });
    expect(config.http).toMatchObject({ trustedProxies: 0, corsOrigins: [], bodyLimit: 65_536 });
    expect(config.dataDir).toBe(join(cwd, '.gatehouse'));
    expect(config.keys.dir).toBe(join(cwd, '.gatehouse', 'keys'));
    expect(config.tokens).toMatchObject({ issuer: 'http://127.0.0.1:3000', accessLifetime: 900_000 });
    expect(config.otp).toMatchObject({ lifetime: 120_000, maxAttempts: 5, sends: 3, sendWindow: 600_000 });
    expect(config.sessions.perUser).toBe(10);
    expect(config.database).toEqual({ url: undefined, poolSize: 25 });
    expect(hasDevOutbox(config)).toBe(true);
  });

  it('reads gatehouse.yaml, over which the environment wins', () => {
    yaml('http:\n  port: 4000\n  host: 0.0.0.0\nsessions: { perUser: unlimited }\n');
    const config = load({ PORT: '5000' });
    expect(config.http).toMatchObject({ port: 5000, host: '0.0.0.0', publicUrl: 'http://localhost:5000' });
    expect(config.sessions.perUser).toBeNull();
  });

  it('keeps what YAML would turn into a number as it was written', () => {
    yaml('sms:\n  accountSid: AC1\n  authToken: 0123\n  from: +15005550006\n');
    const { sms } = load();
    expect(sms?.from).toBe('+15005550006');
    expect(sms?.authToken.expose()).toBe('0123');
  });

  it('keeps origins as browsers send them', () => {
    const env = { PUBLIC_URL: 'https://ID.example.com/', CORS_ORIGINS: 'https://App.Example' };
    const { http } = load(env);
    expect([http.publicUrl, ...http.corsOrigins]).toEqual(['https://id.example.com', 'https://app.example']);
  });

  it('leads links to pages of its own, or to those that are configured', () => {
    const own = load({ PUBLIC_URL: 'https://id.example.com' }).links;
    expect(own.verifyEmailUrl).toBe('https://id.example.com/api/v1/auth/verify/{token}');
    expect(own.resetPasswordUrl).toBe('https://id.example.com/api/v1/auth/password/reset/{token}');
    for (const url of ['https://app.example.com/reset#{token}', 'http://localhost:5173/?t={token}&x=1']) {
      expect(load({ RESET_PASSWORD_URL: url }).links.resetPasswordUrl).toBe(url);
    }
  });

  it('reads lists from YAML as from a comma-separated variable', () => {
    yaml('http:\n  corsOrigins:\n    - https://a.example\n    - https://b.example:8443\n');
    expect(load().http.corsOrigins).toEqual(['https://a.example', 'https://b.example:8443']);
    const env = { CORS_ORIGINS: 'https://c.example, https://d.example' };
    expect(load(env).http.corsOrigins).toEqual(['https://c.example', 'https://d.example']);
  });

  it('changes the weights of risk that are named, and no others', () => {
    const defaults = load().risk.weights;
    expect(defaults).toEqual(DEFAULT_RISK_WEIGHTS);
    yaml('risk:\n  weights: [new-device=5, velocity=0]\n  addressLists: [/a, ./b]\n');
    expect(load().risk).toMatchObject({
      weights: { ...defaults, 'new-device': 5, velocity: 0 },
      addressLists: ['/a', './b'],
      geoDatabase: 'bundled',
    });
    expect(describeConfig(load()).find(({ env }) => env === 'RISK_WEIGHTS')?.value).toMatch(
      /^new-device=5, new-country=25, .*velocity=0, /,
    );
  });

  it.each([
    'speed=20',
    'velocity',
    'velocity=',
    'velocity=101',
    'velocity=-1',
    'velocity=1.5',
    'constructor=1',
  ])('refuses %s as a weight of risk', (weights) => {
    const [problem] = mistakes({ RISK_WEIGHTS: `new-device=1,${weights}` }).problems;
    expect(problem).toMatchObject({ where: 'RISK_WEIGHTS (risk.weights)' });
    expect(problem?.message).toMatch(/^must be weights from 0 to 100/);
  });

  it('reads whom alerts go to, and takes no list of anything else', () => {
    const alerts = {
      ALERT_EMAIL: 'a@example.com, b@example.com,',
      ALERT_WEBHOOK_URL: 'https://hooks.example.com/T/B',
      ALERT_WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    };
    const { emails, webhookUrl } = load(alerts).alerts;
    expect([emails, webhookUrl?.expose()]).toEqual([
      ['a@example.com', 'b@example.com'],
      'https://hooks.example.com/T/B',
    ]);
    const wrong = {
      ALERT_EMAIL: 'Ops <a@example.com>',
      ALERT_WEBHOOK_URL: 'https://user:password@hooks.example.com/',
      ALERT_WEBHOOK_SECRET: 'whsec_short',
    };
    expect(mistakes(wrong).problems.map(({ where }) => where.split(' ')[0])).toEqual(Object.keys(wrong));
  });

  it('takes an empty variable or YAML value for one that is not set', () => {
    yaml('http:\n  port:\nredis:\n');
    expect(load({ DATABASE_URL: '', HOST: '' })).toMatchObject({
      http: { port: 3000, host: '127.0.0.1' },
      database: { url: undefined },
    });
  });

  it('reads the file that GATEHOUSE_CONFIG names, and misses it when it is not there', () => {
    yaml('http: { port: 4100 }', 'other.yaml');
    expect(load({ GATEHOUSE_CONFIG: 'other.yaml' }).http.port).toBe(4100);
    expect(mistakes({ GATEHOUSE_CONFIG: 'absent.yaml' }).message).toMatch(/absent\.yaml does not exist/);
  });

  it('lists every mistake at once, by both of the names that a setting has', () => {
    yaml('http: { trustedProxies: some }\nkeys: { dirr: x }\nport: 4000\notp: [1]\nlogLevel: { a: b }\n');
    const { problems } = mistakes({ PORT: '70000', ACCESS_TOKEN_LIFETIME: '15 minutes', NODE_ENV: 'prod' });
    expect(problems.map(({ where }) => where.replace(cwd, ''))).toEqual([
      'keys.dirr (in /gatehouse.yaml)',
      'port (in /gatehouse.yaml)',
      'otp (in /gatehouse.yaml)',
      'logLevel (in /gatehouse.yaml)',
      'NODE_ENV (environment)',
      'PORT (http.port)',
      'TRUSTED_PROXIES (http.trustedProxies)',
      'ACCESS_TOKEN_LIFETIME (tokens.accessLifetime)',
    ]);
    expect(problems[1]?.message).toBe('is not a setting; did you mean http.port?');
  });

  it('never repeats a value in a mistake, because it may be a secret', () => {
    yaml('database: { url: hunter2 }\nhttp: [hunter2]\n');
    const error = mistakes({
      PORT: 'hunter2',
      SERVER_KEY: 'hunter2',
      REDIS_URL: 'hunter2',
      SMTP_URL: 'hunter2',
    });
    expect(error.problems).toHaveLength(6);
    expect(inspect(error)).not.toContain('hunter2');
    yaml('database:\n  url: "hunter2\nredis: [');
    expect(inspect(mistakes())).not.toContain('hunter2');
  });

  it('refuses credentials that whoever connects could not decode', () => {
    const { problems } = mistakes({
      ELASTICSEARCH_URL: 'https://elastic:100%hunter2@es.example.com',
      KIBANA_URL: 'https://u%2:p@kibana.example.com',
    });
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining('percent-encoded'),
      expect.stringContaining('percent-encoded'),
    ]);
    const KIBANA_URL = 'https://elastic:100%25hunter2@kibana.example.com/s/team';
    expect(load({ KIBANA_URL }).elasticsearch.kibanaUrl?.expose()).toBe(KIBANA_URL);
  });

  it('is frozen at every level', () => {
    const config = load();
    expect(Object.isFrozen(config)).toBe(true);
    for (const value of Object.values(config)) expect(Object.isFrozen(value)).toBe(true);
    expect(Object.isFrozen(config.http.corsOrigins)).toBe(true);
  });

  it.each([
    [
      'rate limits off in production',
      { NODE_ENV: 'production', RATE_LIMITS: 'off', SMTP_URL: 'smtp://m', MAIL_FROM: 'a@b.c' },
      'RATE_LIMITS',
    ],
    ['a dev outbox in production', { NODE_ENV: 'production' }, 'SMTP_URL'],
    ['SMTP without a sender', { SMTP_URL: 'smtp://m' }, 'MAIL_FROM'],
    [
      'Twilio without a token',
      { TWILIO_ACCOUNT_SID: 'AC1', TWILIO_FROM: '+15005550006' },
      'TWILIO_AUTH_TOKEN',
    ],
    ['Twilio without a sender', { TWILIO_ACCOUNT_SID: 'AC1', TWILIO_AUTH_TOKEN: 't' }, 'TWILIO_FROM'],
    [
      'alerts by mail without a mail server',
      { ALERT_EMAIL: 'ops@example.com', DEV_OUTBOX: 'off' },
      'SMTP_URL',
    ],
    ['a secret for no webhook', { ALERT_WEBHOOK_SECRET: `whsec_${'A'.repeat(32)}` }, 'ALERT_WEBHOOK_URL'],
    ['a search of no file', { PASSWORD_BREACH_CHECK: 'file' }, 'BREACHED_PASSWORDS_FILE'],
    ['Twilio without an account', { TWILIO_FROM: '+15005550006' }, 'TWILIO_ACCOUNT_SID'],
    [
      'cookies without TLS in production',
      { NODE_ENV: 'production', COOKIE_SECURE: 'off', SMTP_URL: 'smtp://m', MAIL_FROM: 'a@b.c' },
      'COOKIE_SECURE',
    ],
    [
      'cookies without TLS where there is TLS',
      { COOKIE_SECURE: 'off', PUBLIC_URL: 'https://id.example.com' },
      'COOKIE_SECURE',
    ],
    [
      'cookies for other sites without TLS',
      { COOKIE_SECURE: 'off', COOKIE_SAME_SITE: 'none' },
      'COOKIE_SAME_SITE',
    ],
    [
      'cookies for the domain of somebody else',
      { COOKIE_DOMAIN: 'example.com', PUBLIC_URL: 'https://id.notexample.com' },
      'COOKIE_DOMAIN',
    ],
  ])('refuses %s', (_what, env, name) => {
    expect(mistakes(env).problems.map(({ where }) => where.split(' ')[0])).toEqual([name]);
  });

  it.each([
    ['CORS_ORIGINS', '*'],
    ['CORS_ORIGINS', 'https://a.example/path'],
    ['PUBLIC_URL', 'ftp://a.example'],
    ['ALERT_WEBHOOK_SECRET', `whsec_${'A'.repeat(33)}`],
    ['ALERT_WEBHOOK_SECRET', `whsec_${'A'.repeat(34)}`],
    ['ALERT_WEBHOOK_SECRET', `whsec_${'-'.repeat(32)}`],
    ['ALERT_WEBHOOK_SECRET', `whsec_${'A'.repeat(88)}`],
    ['RESET_PASSWORD_URL', 'https://a.example/reset'],
    ['RESET_PASSWORD_URL', 'https://a.example/{token}/{token}'],
    ['RESET_PASSWORD_URL', 'https://{token}.example/'],
    ['RESET_PASSWORD_URL', 'https://a.example{token}'],
    ['RESET_PASSWORD_URL', 'https://a.example:8{token}/'],
    ['RESET_PASSWORD_URL', 'https://{token}@a.example/'],
    ['VERIFY_EMAIL_URL', 'javascript:{token}'],
    ['VERIFY_EMAIL_URL', '{token}'],
    ['DATABASE_URL', 'mysql://localhost/x'],
    ['MAIL_FROM', 'a@b.c\r\nBcc: d@e.f'],
    ['SERVER_KEY', 'c2hvcnQ='],
    ['BODY_LIMIT', '2MiB'],
    ['SESSIONS_PER_USER', '0'],
    ['TRUSTED_PROXIES', '-1'],
    ['TRUSTED_PROXIES', '1e1'],
    ['SIGN_UP', 'maybe'],
    ['TOKEN_AUDIENCE', 'a\nb'],
    ['TOKEN_TRANSPORT', 'pigeon'],
    ['COOKIE_SAME_SITE', 'off'],
    ['COOKIE_DOMAIN', 'localhost'],
    ['COOKIE_DOMAIN', '10.0.0.1'],
    ['COOKIE_DOMAIN', 'example.com; Path=/'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.1'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x-api-key'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x-api-key=%'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a=b,two words=c'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x-api-key=a%0D%0Ab'],
  ])('refuses %s=%j', (name, value) => {
    expect(mistakes({ [name]: value }).problems[0]?.where).toMatch(name);
  });

  it('takes headers for exports as OpenTelemetry writes them', () => {
    const { headers } = load({
      OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=a%2Cb=, Authorization=Bearer%20x',
    }).tracing;
    expect(headers?.expose()).toEqual({ 'x-api-key': 'a,b=', Authorization: 'Bearer x' });
  });

  it('is described without its secrets', () => {
    const secrets = {
      DATABASE_URL: 'postgres://u:hunter2@db/x',
      REDIS_URL: 'redis://:hunter2@r',
      SMTP_URL: 'smtp://u:hunter2@m',
      MAIL_FROM: 'a@b.c',
      OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=hunter2',
    };
    const described = describeConfig(load({ ...secrets, SESSIONS_PER_USER: 'unlimited' }));
    expect(JSON.stringify(described)).not.toContain('hunter2');
    const values = Object.fromEntries(described.map(({ env, value }) => [env, value]));
    expect(values).toMatchObject({
      DATABASE_URL: 'set',
      SMTP_URL: 'set',
      SESSIONS_PER_USER: 'unlimited',
      RATE_LIMITS: 'on',
      SERVER_KEY: 'not set',
      PUBLIC_URL: 'http://127.0.0.1:3000',
    });
  });

  it('is documented, setting by setting, with its default', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../../docs/configuration.md'), 'utf8');
    const lines = text.replace(/ +/g, ' ').split('\n');
    for (const { path, setting } of eachSetting(SETTINGS)) {
      const line = lines.find((candidate) => candidate.startsWith(`| \`${setting.env}\` | \`${path}\` |`));
      expect(line ?? `no line for ${setting.env} ${path}`).toContain(
        setting.fallback ? `\`${setting.fallback}\`` : '|',
      );
    }
  });
});
