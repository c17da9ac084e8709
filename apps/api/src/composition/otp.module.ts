import { Module } from '@nestjs/common';
import { IDENTIFIER_PARSER } from '#domain/identity';
import { CLOCK, ID_GENERATOR, UNIT_OF_WORK } from '#domain/kernel';
import {
  AVAILABLE_CHANNELS,
  ChallengeIssuer,
  ConfirmIdentifier,
  ONE_TIME_CODES,
  OTP_POLICY,
  RequestIdentifierCode,
  RequestSignInCode,
  SignInWithCode,
} from '#domain/otp';
import { DEVICE_TOKENS, SESSION_EVENTS, SIGN_UP_POLICY, SignInGate, TokenGrants } from '#domain/session';
import { IdentityModule } from './identity.module.js';
import { provide } from './provide.js';
import { SessionModule } from './session.module.js';

const useCases = [
  provide(RequestSignInCode, [IDENTIFIER_PARSER, ChallengeIssuer, AVAILABLE_CHANNELS]),
  provide(SignInWithCode, [
    ONE_TIME_CODES,
    UNIT_OF_WORK,
    SignInGate,
    TokenGrants,
    SESSION_EVENTS,
    DEVICE_TOKENS,
    CLOCK,
    OTP_POLICY,
  ]),
  provide(RequestIdentifierCode, [IDENTIFIER_PARSER, ChallengeIssuer, AVAILABLE_CHANNELS]),
  provide(ConfirmIdentifier, [ONE_TIME_CODES, UNIT_OF_WORK, ID_GENERATOR, CLOCK, OTP_POLICY]),
];

/** Proving an identifier with a one-time code: to sign in, to register, to add one to an account. */
@Module({
  imports: [IdentityModule, SessionModule],
  providers: [
    provide(ChallengeIssuer, [UNIT_OF_WORK, ONE_TIME_CODES, ID_GENERATOR, CLOCK, OTP_POLICY, SIGN_UP_POLICY]),
    ...useCases,
  ],
  exports: useCases,
})
export class OtpModule {}
