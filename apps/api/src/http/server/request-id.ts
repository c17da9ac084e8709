import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What may travel into logs, headers and audit rows as it came. */
export const REQUEST_ID = /^[\w.-]{1,64}$/;

/** The id that a client or proxy gave, if it can do no harm; else a new one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}
