import { Module } from '@nestjs/common';
import { CachedSessionReader } from '#adapters/memory';
import { CLOCK, ID_GENERATOR, UNIT_OF_WORK } from '#domain/kernel';
import {
  ACCESS_TOKENS,
  AuthenticateRequest,
  DEVICE_TOKENS,
  EndSessions,
  KnownDevices,
  ListSessions,
  REFRESH_TOKENS,
  RefreshSession,
  RefuseForgery,
  SESSION_EVENTS,
  SESSION_POLICY,
  SESSION_READER,
  SESSION_STORE,
  SIGN_UP_POLICY,
  SignInGate,
  TokenGrants,
} from '#domain/session';
import { provide } from './provide.js';

const useCases = [
  provide(SignInGate, [ID_GENERATOR, SESSION_POLICY, SIGN_UP_POLICY]),
  provide(TokenGrants, [ACCESS_TOKENS, REFRESH_TOKENS, ID_GENERATOR, CLOCK, SESSION_POLICY]),
  provide(KnownDevices, [DEVICE_TOKENS, ID_GENERATOR]),
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
