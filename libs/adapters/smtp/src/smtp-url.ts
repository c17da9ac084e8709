import type { Secret } from '#domain/kernel';

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte, instead of STARTTLS. */
  readonly secure: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/u;

export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/**
 * Reads `smtp://user:password@host:port` or `smtps://...`. Query parameters are refused rather than passed
 * on, because among nodemailer's are some that turn certificate checks off. No error repeats the URL: it
 * holds a password.
 */
export function parseSmtpUrl(url: Secret): SmtpServer {
  const parsed = URL.parse(url.expose());
  const defaultPort = parsed && DEFAULT_PORTS[parsed.protocol];
  if (!parsed?.hostname || !defaultPort)
    throw new TypeError('The SMTP URL must be smtp://... or smtps://...');
  if (parsed.search) throw new TypeError('The SMTP URL must not have query parameters');
  const { hostname, port, protocol, username, password } = parsed;
  return {
    host: hostname.replace(/^\[|\]$/gu, ''),
    port: port === '' ? defaultPort : Number(port),
    secure: protocol === 'smtps:',
    ...(username !== '' && {
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    }),
  };
}
