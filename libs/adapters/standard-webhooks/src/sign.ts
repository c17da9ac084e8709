import { createHmac } from 'node:crypto';
import type { Secret } from '#domain/kernel';

const SECRET_PREFIX = 'whsec_';

/**
 * The headers of the Standard Webhooks specification 1.0: id, the attempt's time in seconds, and an HMAC-SHA256 over
 * both and the body, so that a recorded request can neither be altered nor sent again later.
 */
export function signedHeaders(
  id: string,
  at: Date,
  body: string,
  secret: Secret | undefined,
): Readonly<Record<string, string>> {
  const timestamp = Math.floor(at.getTime() / 1_000).toString();
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (!secret) return headers;
  const key = Buffer.from(secret.expose().slice(SECRET_PREFIX.length), 'base64');
  const mac = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { ...headers, 'webhook-signature': `v1,${mac}` };
}
