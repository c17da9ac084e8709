import { isIPv6 } from 'node:net';
import { resolve } from 'node:path';
import type { Secret } from '#domain/kernel';
import type { ConfigProblem } from './config-error.js';
import type { Values } from './setting.js';
import type { SETTINGS } from './settings.js';

/** What was set, before anything is derived from it. */
export type Settings = Values<typeof SETTINGS>;

export interface TwilioConfig {
  readonly accountSid: string;
  readonly authToken: Secret;
  /** Exactly one of `from` and `messagingServiceSid` is set. */
  readonly from: string | undefined;
  readonly messagingServiceSid: string | undefined;
  readonly baseUrl: string | undefined;
}

export interface SmtpConfig {
  readonly smtpUrl: Secret;
  readonly from: string;
}

/** The configuration that the program runs on. All durations in milliseconds; paths are absolute. */
export interface Config extends Omit<Settings, 'http' | 'keys' | 'links' | 'tokens' | 'sms' | 'email'> {
  readonly http: Settings['http'] & { readonly publicUrl: string };
  readonly keys: Settings['keys'] & { readonly dir: string };
  readonly tokens: Settings['tokens'] & { readonly issuer: string };
  readonly links: Settings['links'] & { readonly verifyEmailUrl: string; readonly resetPasswordUrl: string };
  /** Undefined when SMS have no transport. */
  readonly sms: TwilioConfig | undefined;
  /** Undefined when email has no transport. */
  readonly email: SmtpConfig | undefined;
}

/** Combinations that each look right alone. */
export function findConflicts(settings: Settings): ConfigProblem[] {
  const { environment, alerts, rateLimits, passwords, sms, email, devOutbox, cookies, http } = settings;
  const problems: ConfigProblem[] = [];
  const refuse = (where: string, message: string): void => void problems.push({ where, message });

  if (environment === 'production' && !rateLimits.enabled) {
    refuse('RATE_LIMITS (rateLimits.enabled)', 'cannot be off with NODE_ENV=production');
  }
  if (!cookies.secure && (environment === 'production' || http.publicUrl?.startsWith('https:'))) {
    refuse('COOKIE_SECURE (cookies.secure)', 'can be off only while developing, without TLS');
  }
  if (!cookies.secure && cookies.sameSite === 'none') {
    refuse(
      'COOKIE_SAME_SITE (cookies.sameSite)',
      'cannot be none with COOKIE_SECURE=off: browsers refuse it',
    );
  }
  if (cookies.domain && http.publicUrl && !isWithin(new URL(http.publicUrl).hostname, cookies.domain)) {
    refuse('COOKIE_DOMAIN (cookies.domain)', 'must be the domain of PUBLIC_URL, or one above it');
  }
  if (passwords.breachCheck === 'file' && passwords.breachFile === undefined) {
    refuse('BREACHED_PASSWORDS_FILE (passwords.breachFile)', 'is needed with PASSWORD_BREACH_CHECK=file');
  }
  const hasTransport = sms.accountSid !== undefined || email.smtpUrl !== undefined;
  if (environment === 'production' && devOutbox && !hasTransport) {
    refuse(
      'SMTP_URL (email.smtpUrl)',
      'or TWILIO_ACCOUNT_SID (sms.accountSid) is needed with NODE_ENV=production, where there is no dev outbox',
    );
  }
  if (alerts.emails.length > 0 && !email.smtpUrl && (hasTransport || !devOutbox)) {
    refuse('SMTP_URL (email.smtpUrl)', 'is needed with ALERT_EMAIL');
  }
  if (alerts.webhookSecret && !alerts.webhookUrl) {
    refuse('ALERT_WEBHOOK_URL (alerts.webhookUrl)', 'is needed with ALERT_WEBHOOK_SECRET');
  }
  if (email.smtpUrl && !email.from) refuse('MAIL_FROM (email.from)', 'is needed with SMTP_URL');
  const twilio = [sms.authToken, sms.from, sms.messagingServiceSid].some((value) => value !== undefined);
  if (!sms.accountSid && twilio) {
    refuse('TWILIO_ACCOUNT_SID (sms.accountSid)', 'is needed with the other TWILIO_ settings');
  }
  if (sms.accountSid && !sms.authToken) {
    refuse('TWILIO_AUTH_TOKEN (sms.authToken)', 'is needed with TWILIO_ACCOUNT_SID');
  }
  if (sms.accountSid && !sms.from === !sms.messagingServiceSid) {
    refuse(
      'TWILIO_FROM (sms.from)',
      'or TWILIO_MESSAGING_SERVICE_SID (sms.messagingServiceSid) is needed, and only one of them',
    );
  }
  return problems;
}

const isWithin = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`);

export function deriveConfig(settings: Settings, cwd: string): Config {
  const { http, keys, tokens, links, sms, email } = settings;
  const dataDir = resolve(cwd, settings.dataDir);
  const publicUrl = http.publicUrl ?? `http://${reachableHost(http.host)}:${http.port}`;
  return Object.freeze({
    ...settings,
    dataDir,
    http: Object.freeze({ ...http, publicUrl }),
    keys: Object.freeze({ ...keys, dir: resolve(cwd, keys.dir ?? `${dataDir}/keys`) }),
    tokens: Object.freeze({ ...tokens, issuer: tokens.issuer ?? publicUrl }),
    links: Object.freeze({
      ...links,
      verifyEmailUrl: links.verifyEmailUrl ?? `${publicUrl}/api/v1/auth/verify/{token}`,
      resetPasswordUrl: links.resetPasswordUrl ?? `${publicUrl}/api/v1/auth/password/reset/{token}`,
    }),
    sms:
      sms.accountSid && sms.authToken
        ? Object.freeze({ ...sms, accountSid: sms.accountSid, authToken: sms.authToken })
        : undefined,
    email:
      email.smtpUrl && email.from ? Object.freeze({ smtpUrl: email.smtpUrl, from: email.from }) : undefined,
  });
}

/** What to put into a URL for a host that may be a wildcard or an IPv6 address. */
function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return isIPv6(host) ? `[${host}]` : host;
}

/** Whether messages are kept to be read at `/dev/outbox` instead of being sent. */
export const hasDevOutbox = ({ environment, devOutbox, sms, email }: Config): boolean =>
  environment !== 'production' && devOutbox && !sms && !email;

/**
 * Who may read `/metrics` beside the API: the holder of the token; without one, programs on this machine, and in
 * production nobody. With a port of its own it is there and not here.
 */
export function metricsReaders({
  environment,
  metrics,
}: Config): 'token-holders' | 'this-machine' | 'nobody' {
  if (metrics.port !== undefined) return 'nobody';
  if (metrics.token) return 'token-holders';
  return environment === 'production' ? 'nobody' : 'this-machine';
}
