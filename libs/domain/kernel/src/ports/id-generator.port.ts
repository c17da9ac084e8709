import { token } from './token.js';

/**
 * Makes identifiers in the application, so that an aggregate has its id before it is stored and a retried
 * insert is recognised. UUIDv7 (RFC 9562): ordered by creation, which keeps index inserts on one page.
 */
export interface IdGenerator {
  next(): string;
}

export const ID_GENERATOR = token<IdGenerator>('IdGenerator');
