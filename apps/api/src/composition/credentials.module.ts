import { Module, type DynamicModule } from '@nestjs/common';
import { BreachedPasswordsModule, type BreachedPasswordsOptions } from '#adapters/breached-passwords';
import { PasswordHashingModule } from '#adapters/password-hashing';
import { PasswordStrengthModule } from '#adapters/password-strength';
import {
  BREACHED_PASSWORDS,
  ChangePassword,
  ComparePasswords,
  LOCKOUT_POLICY,
  NewPasswords,
  PASSWORD_ATTEMPTS,
  PASSWORD_CHANGE_POLICY,
  PASSWORD_HASHER,
  PASSWORD_POLICY,
  PASSWORD_STRENGTH,
  SignInWithPassword,
} from '#domain/credentials';
import { ACCOUNT_DIRECTORY, IDENTIFIER_PARSER } from '#domain/identity';
import { CLOCK, ID_GENERATOR, UNIT_OF_WORK } from '#domain/kernel';
import { DEVICE_TOKENS, SESSION_EVENTS, SignInGate, TokenGrants } from '#domain/session';
import type { Config } from '../config/index.js';
import { IdentityModule } from './identity.module.js';
import { outboundClient } from './outbound-client.js';
import { provide } from './provide.js';
import { SessionModule } from './session.module.js';

const services = [
  provide(NewPasswords, [PASSWORD_POLICY, PASSWORD_STRENGTH, BREACHED_PASSWORDS, PASSWORD_HASHER]),
  provide(ComparePasswords, [PASSWORD_HASHER, UNIT_OF_WORK]),
];

const useCases = [
  provide(SignInWithPassword, [
    IDENTIFIER_PARSER,
    PASSWORD_ATTEMPTS,
    ComparePasswords,
    UNIT_OF_WORK,
    SignInGate,
    TokenGrants,
    SESSION_EVENTS,
    DEVICE_TOKENS,
    ID_GENERATOR,
    CLOCK,
    LOCKOUT_POLICY,
  ]),
  provide(ChangePassword, [
    PASSWORD_ATTEMPTS,
    ComparePasswords,
    NewPasswords,
    ACCOUNT_DIRECTORY,
    UNIT_OF_WORK,
    SESSION_EVENTS,
    ID_GENERATOR,
    CLOCK,
    PASSWORD_CHANGE_POLICY,
    LOCKOUT_POLICY,
  ]),
];

/** Passwords: choosing, proving, changing and resetting them. */
@Module({})
export class CredentialsModule {
  static register(config: Config): DynamicModule {
    const { hasher: scheme, hashingConcurrency: concurrency, hashingQueue: maxWaiting } = config.passwords;
    return {
      module: CredentialsModule,
      imports: [
        IdentityModule,
        SessionModule,
        PasswordHashingModule.register({ scheme, concurrency, maxWaiting }),
        PasswordStrengthModule,
        BreachedPasswordsModule.register(breachedPasswordsOf(config)),
      ],
      providers: [...services, ...useCases],
      exports: [NewPasswords, ...useCases],
    };
  }
}

function breachedPasswordsOf({ passwords }: Config): BreachedPasswordsOptions {
  const { breachCheck: source, breachApiUrl: baseUrl, breachFile: path } = passwords;
  if (source === 'file') return { source, path: path! };
  return source === 'api' ? { source, baseUrl, client: () => outboundClient(baseUrl) } : { source };
}
