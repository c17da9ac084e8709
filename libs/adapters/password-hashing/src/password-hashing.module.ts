import { Module, type DynamicModule } from '@nestjs/common';
import { availableParallelism } from 'node:os';
import { PASSWORD_HASHER } from '#domain/credentials';
import { Argon2Scheme } from './argon2-scheme.js';
import { BcryptScheme, PlainBcryptScheme } from './bcrypt-scheme.js';
import { Pbkdf2Scheme, ScryptScheme } from './derived-key-schemes.js';
import { HashingQueue } from './hashing-queue.js';
import { QueuedPasswordHasher } from './queued-password-hasher.js';

export interface PasswordHashingOptions {
  readonly scheme: 'argon2id' | 'bcrypt';
  /** Hashes computed at once; null for as many as leave the rest of the process a core and a thread. */
  readonly concurrency: number | null;
  readonly maxWaiting: number;
}

/** Threads in libuv's pool, unless the environment says otherwise; DNS and files need it, too. */
const POOL_SIZE = 4;

@Module({})
export class PasswordHashingModule {
  static register({ scheme, concurrency, maxWaiting }: PasswordHashingOptions): DynamicModule {
    const schemes = {
      argon2id: () => new Argon2Scheme(),
      bcrypt: () => new BcryptScheme(),
    };
    const queue = new HashingQueue({ concurrency: concurrency ?? spareThreads(), maxWaiting });
    const others = [
      schemes[scheme === 'bcrypt' ? 'argon2id' : 'bcrypt'](),
      new PlainBcryptScheme(),
      new ScryptScheme(),
      new Pbkdf2Scheme(),
    ];
    const hasher = {
      provide: PASSWORD_HASHER,
      useFactory: () => QueuedPasswordHasher.create(schemes[scheme](), others, queue),
    };
    return { module: PasswordHashingModule, providers: [hasher], exports: [hasher] };
  }
}

const spareThreads = (): number => Math.max(1, Math.min(availableParallelism(), POOL_SIZE) - 1);
