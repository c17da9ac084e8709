import { Module, type DynamicModule } from '@nestjs/common';
import {
  LINK_POLICY,
  LINK_TOKENS,
  MailAddresses,
  NewPasswords,
  REGISTRATION_POLICY,
  RegisterWithPassword,
  RequestPasswordReset,
  ResendVerification,
  ResetPassword,
  VerifyEmail,
} from '#domain/credentials';
import { ACCOUNT_DIRECTORY, IDENTIFIER_PARSER } from '#domain/identity';
import { CLOCK, ID_GENERATOR, UNIT_OF_WORK } from '#domain/kernel';
import { AVAILABLE_CHANNELS } from '#domain/otp';
import { SESSION_EVENTS, SIGN_UP_POLICY } from '#domain/session';
import { IdentityModule } from './identity.module.js';
import { provide } from './provide.js';

const useCases = [
  provide(RegisterWithPassword, [
    MailAddresses,
    IDENTIFIER_PARSER,
    NewPasswords,
    LINK_TOKENS,
    ACCOUNT_DIRECTORY,
    UNIT_OF_WORK,
    ID_GENERATOR,
    CLOCK,
    LINK_POLICY,
    REGISTRATION_POLICY,
    SIGN_UP_POLICY,
  ]),
  provide(VerifyEmail, [LINK_TOKENS, UNIT_OF_WORK, ID_GENERATOR, CLOCK]),
  provide(ResendVerification, [MailAddresses, LINK_TOKENS, UNIT_OF_WORK, ID_GENERATOR, CLOCK, LINK_POLICY]),
  provide(RequestPasswordReset, [MailAddresses, LINK_TOKENS, UNIT_OF_WORK, ID_GENERATOR, CLOCK, LINK_POLICY]),
  provide(ResetPassword, [LINK_TOKENS, NewPasswords, UNIT_OF_WORK, SESSION_EVENTS, ID_GENERATOR, CLOCK]),
];

/** Accounts with a password, from the first mail on: registration, verification, recovery. */
@Module({})
export class RegistrationModule {
  /** `credentials` says what a new password has to be. */
  static register(credentials: DynamicModule): DynamicModule {
    return {
      module: RegistrationModule,
      imports: [IdentityModule, credentials],
      providers: [provide(MailAddresses, [IDENTIFIER_PARSER, AVAILABLE_CHANNELS]), ...useCases],
      exports: useCases,
    };
  }
}
