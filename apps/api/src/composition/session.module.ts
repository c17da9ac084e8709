import { Module } from '@nestjs/common';
import { CachedSessionReader } from '#adapters/memory';
import { CLOCK, ID_GENERATOR, UNIT_OF_WORK } from '#domain/kernel';
import { GEO_READER, RiskAssessor } from '#domain/risk';
import {
  ACCESS_TOKENS,
  AssessTrust,
  AuthenticateRequest,
  DEVICE_STORE,
  DEVICE_TRAITS,
  EndSessions,
  FindTrustedSession,
  ListDevices,
  ListSessions,
  REFRESH_TOKENS,
  RefreshSession,
  RefuseForgery,
  RemoveDevice,
  SESSION_EVENTS,
  SESSION_POLICY,
  SESSION_READER,
  SESSION_STORE,
  SetDeviceTrust,
  SIGN_UP_POLICY,
  SignInGate,
  TokenGrants,
} from '#domain/session';
import { provide } from './provide.js';

const useCases = [
  provide(SignInGate, [ID_GENERATOR, DEVICE_TRAITS, RiskAssessor, SESSION_POLICY, SIGN_UP_POLICY]),
  provide(TokenGrants, [ACCESS_TOKENS, REFRESH_TOKENS, ID_GENERATOR, CLOCK, SESSION_POLICY]),
  provide(AuthenticateRequest, [ACCESS_TOKENS, SESSION_READER, CLOCK]),
  provide(RefreshSession, [
    REFRESH_TOKENS,
    SESSION_STORE,
    UNIT_OF_WORK,
    TokenGrants,
    SESSION_EVENTS,
    CLOCK,
    SESSION_POLICY,
  ]),
  provide(RefuseForgery, [UNIT_OF_WORK, CLOCK]),
  provide(EndSessions, [UNIT_OF_WORK, SESSION_EVENTS, CLOCK]),
  provide(ListSessions, [SESSION_STORE, CLOCK]),
  provide(AssessTrust, [GEO_READER, CLOCK]),
  provide(FindTrustedSession, [ACCESS_TOKENS, SESSION_READER, AssessTrust, CLOCK]),
  provide(ListDevices, [DEVICE_STORE, CLOCK]),
  provide(SetDeviceTrust, [UNIT_OF_WORK, AssessTrust, CLOCK]),
  provide(RemoveDevice, [UNIT_OF_WORK, SESSION_EVENTS, CLOCK]),
];

/** What a proved identity receives: sessions and the tokens that stand for them. */
@Module({
  providers: [
    provide(CachedSessionReader, [SESSION_STORE, SESSION_EVENTS, CLOCK]),
    { provide: SESSION_READER, useExisting: CachedSessionReader },
    ...useCases,
  ],
  exports: useCases,
})
export class SessionModule {}
