import { createHash } from 'node:crypto';

/** The form in which breached passwords are published; nothing here rests on its strength. */
export const sha1Hex = (password: string): string =>
  createHash('sha1').update(password).digest('hex').toUpperCase();
