import { PasswordHash, type LockoutPolicy } from '#domain/credentials';
import { minutes } from '#domain/kernel';

export const aLockoutPolicy = (overrides: Partial<LockoutPolicy> = {}): LockoutPolicy => ({
  delayAfter: 3,
  lockAfter: 5,
  lockFor: minutes(15),
  failuresPerNetwork: 1_000,
  ...overrides,
});

let count = 0;

/** In the form of a real one, and of no password. */
export const aPasswordHash = (): PasswordHash =>
  PasswordHash.of(`$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$${(++count).toString().padStart(22, '0')}`);
