import { createHash, timingSafeEqual } from 'node:crypto';
import type { Secret } from '#domain/kernel';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether an `Authorization` header carries the token, without telling by the time it takes how much of it. */
export const carriesToken = (authorization: string | undefined, token: Secret): boolean =>
  timingSafeEqual(digest(authorization ?? ''), digest(`Bearer ${token.expose()}`));
